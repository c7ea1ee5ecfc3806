"""How long something took, as logs and answers tell it."""


def to_ms(seconds: float, digits: int = 1) -> float:
    """Return *seconds* as milliseconds."""
    return round(seconds * 1000, digits)
