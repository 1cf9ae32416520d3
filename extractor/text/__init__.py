"""What an article says, as offsets into its untouched text: sentences, quotations, numbers."""
