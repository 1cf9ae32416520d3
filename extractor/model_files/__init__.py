"""The files of the embedded models: catalogue, download, folder."""
