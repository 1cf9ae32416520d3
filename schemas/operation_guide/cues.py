r"""Words that several steps look for. All are regular expressions, matched without regard to case.

``\b`` is the edge of a word: ``\barrest`` finds "arrest", "arrested" and "arrests".
"""

from __future__ import annotations


def either(*patterns: str) -> str:
    """One pattern that matches where any of the patterns does; the first that fits wins."""
    return "|".join(patterns)


# Somebody is taken by the police.
ARREST = (r"\barrest", r"\bdetain", r"\bheld\b", r"\bapprehend", r"\bin handcuffs")

# Something was done: without such words, a place is no scene and a day not the action's.
DONE = (
    r"\b(?:raid\w*|search\w*|swoop\w*|storm\w*|warrants?|arrest\w*|detain\w*|held|rescue\w*"
    r"|recover\w*|freed|found|discover\w*|uncover\w*|seiz\w+|target\w*|visit\w*|check\w*|inspect\w*|patrol\w*"
    r"|execut\w+|carried out|took place|conduct\w*|operations?|crackdown|sting|campaign|initiative"
    r"|launch\w*|began|address\w*|propert\w+|premises|identified|investigat\w+|probe|action"
    r"|safeguard\w*|exploited|forced|brothels?|bust\w*)\b",
)

# Somebody is under suspicion: arrested, charged or kept.
SUSPECT = (*ARREST, r"\bcharged\b", r"\bsuspects?\b", r"\bin custody\b")

# Words of a criminal inquiry: without one, a crime is not these suspects'.
PROBE = (
    *SUSPECT,
    r"\b(?:probe|investigat\w*|inquiry|raid\w*|gang|convicted|jailed|guilty|operation|offences?"
    r"|admitted|sentenced|wanted|sting|accused|crackdown|charges?|fac(?:e|es|ing)|warrants?"
    r"|prosecut\w*|seiz\w+|busted|traffickers|suspicion|combat\w*|tackl\w+)\b",
)

# Somebody was exploited, or was found and brought to safety.
VICTIM = (
    r"\bvictims?\b", r"\brescue", r"\brecovered\b", r"\bsafeguard", r"\bfreed\b", r"\bsafety\b",
    r"\btrafficked\b", r"\bexploited\b", r"\bsurvivors?\b", r"\benslaved\b", r"\bliberated\b",
    r"\breception centre\b", r"\bprotect", r"\bvulnerable (?:people|person|adults|women|men)\b",
)  # fmt: skip

# What people are said to be, by the very word.
MALE = (r"\b(?:men|man)\b",)
FEMALE = (r"\b(?:women|woman)\b",)

# Police officers, by whatever name the country has for them.
OFFICERS = (
    r"\b(?:officers?|detectives?|police(?:men)?|agents?|deput(?:y|ies)|gardaí|gardai|troopers?"
    r"|constables?|investigators?|inspectors?|gendarmes|carabinieri|specials)\b",
)

# A part of people counted before ("two of them", "another"), so no number of its own.
SUBSET = (r"^\W*\S+ of (?:the|those|them|these|whom|our)\b", r"^\W*another\b(?! (?:man|woman))")

# Right beside a number, these say what it counts. {mention} is the number.
ARRESTED = (
    r"phrase: \barrests?\b(?! warrant)",
    r"sentence: \b(?:arrest(?:ed|ing)?|detain(?:ed|ing)|apprehended) (?:\w+ ){0,3}{mention}\b",
    r"sentence: \b(?:arrests?|detention) of (?:\w+ ){0,3}{mention}\b",
    r"sentence: (?<!\w){mention}\b[^.;]{0,70}\b(?:were|was|been|being|are|is) (?:\w+ ){0,2}"
    r"(?:arrested|detained|apprehended|taken into custody)",
)
RESCUED = (
    r"phrase: \bvictims?\b",
    r"sentence: \b(?:rescu\w+|fre(?:ed|eing)|recover(?:ed|ing)|sav(?:ed|ing)|safeguard(?:ed|ing)"
    r"|liberat\w+|identif\w+|rescues? of|recovery of) (?:\w+ ){0,3}{mention}\b",
    r"sentence: (?<!\w){mention}\b[^.;]{0,70}\b(?:were|was|been|being|are|is) (?:\w+ ){0,2}"
    r"(?:rescued|freed|recovered|saved|safeguarded|liberated|identified as)",
    r"sentence: (?<!\w){mention}\b[^.,;]{0,40}\b(?:rescued|freed|recovered|safeguarded|liberated)",
)

# Another action than the one reported, or figures of a longer time.
EARLIER = (
    r"\b(?:earlier|previous|similar|smaller|another|separate) "
    r"(?:operations?|raids?|actions?|projects?|campaigns?|stings?|cases?|investigations?)\b",
    r"\b(?:in|since|during) (?:19|20)\d\d\b",
    # "in May last year" is a date.
    r"(?<!ary )(?<!rch )(?<!ril )(?<!May )(?<!une )(?<!uly )(?<!ust )(?<!ber )\blast year\b",
)

# What a court did to somebody.
PUNISHED = (r"\bsentenced\b", r"\bjailed\b", r"\bimprisoned\b", r"\bpleaded\b", r"\bconvicted\b")

# The background instead of this action: national figures, other years, earlier sentences.
BACKGROUND = (
    *EARLIER,
    r"\bnationally\b",
    r"\bnationwide\b(?! (?:crackdown|operation|sweep|sting|effort|initiative|raids|action))",
    r"\b\d+ (?:U\.S\.? )?(?:cities|states|countries)\b",
    r"\bworldwide\b",
    r"\bevery year\b",
    r"\beach year\b",
    r"\ba year\b",
    r"\bacross the (?:country|world|globe)\b",
    # A month with its year, but no full date: "May 2015", not "4 May 2015".
    r"(?<!\d )\b(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December) (?:19|20)\d\d\b",
    # A whole country, but not "officers from across England".
    r"(?<!from )\bacross "
    r"(?:England|the UK|Britain|Europe|the United Kingdom|Australia|Canada|Ireland)\b",
    r"\bjailed for\b",
    r"\bsentenced\b",
    r"\bestimate[sd]?\b",
)

# Such crime as a whole: definitions, signs, figures.
GENERAL = (
    r"\b(?:may|might|can|could) (?:also )?be\b",
    r"\b(?:figures|statistics|signs|indicators)\b",
    r"\bmost common\b",
    r"\b(?:slavery|trafficking) (?:also )?(?:includes?|takes|means|can)\b",
    r"\b(?:slavery|trafficking) is (?:a|an|the|when|where)\b",
    r"\b(?:crimes|offences|forms) (?:such as|like)\b",
)

# Nobody in particular: advice and warnings.
HYPOTHETICAL = (r"\b(?:if you|anyone|anybody|suspect someone|someone may)\b",)

# What stands before a person's name: police ranks, councils and courts, governments and churches.
RANK = (
    r"(?:(?:Acting|Temporary|Assistant|Deputy|Former|District|Senior|Chief|Special) )*"
    r"(?:Detective|Det|Chief|Superintendent|Supt|Inspector|Insp|Sergeant|Sgt|Constable|Const|Pc|PC"
    r"|DC|DS|DI|DCI|Commander|Commissioner|Captain|Lieutenant|Sheriff|Officer|Agent"
    r"|Councillor|Coun|Cllr|Judge|Justice"
    r"|Minister|Secretary|Prosecutor|Professor|Prof|Dr|Rev|Lord|Lady|Sir|Baroness"
    r"|President|Director|Crime Commissioner|Attorney|Garda)"
)

# A speaker's address: "Inspector Lee, of the Vice Unit, said".
ADDRESS = (
    r"sentence: \b(?:of|from|at) (?:the |[\w .]+[’']s )?{mention},? (?:said|added|told|stating)\b",
    r"sentence: \b(?:Head|Leader|Director|Chief|Chair\w*) (?:of|for) (?:the )?{mention}",
    r"sentence: [A-Z]\w+ [A-Z]\w+,? (?:of|from) (?:the |[\w .]+[’']s )?{mention},",
)

# Whom to ring with information: three digits follow.
REPORTING = (
    r"\b(?:call|ring|phone|contact|dial|report(?:ed|ing)? (?:it |this |them )?to)\b.*\d{3}",
)
