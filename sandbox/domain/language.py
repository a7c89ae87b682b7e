"""The official languages of the Union (Regulation No 1/1958, Art. 1)."""

from enum import StrEnum


class Language(StrEnum):
    """ISO 639-1."""

    BULGARIAN = "bg"
    CROATIAN = "hr"
    CZECH = "cs"
    DANISH = "da"
    DUTCH = "nl"
    ENGLISH = "en"
    ESTONIAN = "et"
    FINNISH = "fi"
    FRENCH = "fr"
    GERMAN = "de"
    GREEK = "el"
    HUNGARIAN = "hu"
    IRISH = "ga"
    ITALIAN = "it"
    LATVIAN = "lv"
    LITHUANIAN = "lt"
    MALTESE = "mt"
    POLISH = "pl"
    PORTUGUESE = "pt"
    ROMANIAN = "ro"
    SLOVAK = "sk"
    SLOVENIAN = "sl"
    SPANISH = "es"
    SWEDISH = "sv"
