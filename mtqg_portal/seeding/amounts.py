"""Sums that come out exactly: whole numbers shared out by weight."""


def spread(total, weights):
    """Whole parts in proportion to the weights; they add up to the total exactly."""
    whole = sum(weights)
    parts = [int(total * weight / whole) for weight in weights]
    by_size = sorted(range(len(parts)), key=lambda place: -weights[place])
    for place in by_size[: total - sum(parts)]:
        parts[place] += 1
    return parts


def spread_within(total, weights, limits):
    """As `spread`, no part above its limit: what does not fit goes where there is room."""
    parts = [min(part, limit) for part, limit in zip(spread(total, weights), limits, strict=True)]
    left = total - sum(parts)
    for place in sorted(range(len(parts)), key=lambda place: parts[place] - limits[place]):
        if weights[place] and left:
            more = min(left, limits[place] - parts[place])
            parts[place] += more
            left -= more
    return parts
