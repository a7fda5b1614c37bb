"""What must hold of one state of a playlist, and of a state and the one before (RFC 8216bis, Apple's authoring rules)."""

from .playlist import Playlist, Segment

FRAME = 0.05
MILLISECOND = 0.0011


def of_state(state: Playlist, is_delta: bool) -> list[str]:
    found = []
    needed = 9 if state.skipped else 6 if any(s.initialization for s in state.segments) else 3
    if state.version != needed:
        found.append(f"version {state.version} where {needed} is needed")
    for segment in state.segments:
        if round(segment.duration) > state.target or segment.duration <= 0:
            found.append(f"segment {segment.number} lasts {segment.duration} with a target of {state.target}")
    if is_delta:
        return found
    found += _dates(state) + _parts(state) + _control(state)
    if not all(segment.is_gap or segment.initialization for segment in state.segments):
        found.append("a segment without EXT-X-MAP")
    return found


def _dates(state: Playlist) -> list[str]:
    found, expected = [], None
    for segment in [*state.segments, *([state.open] if state.open else [])]:
        if segment.date is None:
            found.append(f"segment {segment.number} has no date")
            continue
        if expected is not None and not segment.is_discontinuous and abs(segment.date - expected) > FRAME:
            found.append(f"segment {segment.number} is dated {segment.date - expected:+.3f} s off")
        # From the first of a stretch on, so that small errors cannot add up unseen.
        expected = (segment.date if expected is None or segment.is_discontinuous else expected) + segment.duration
    return found


def _parts(state: Playlist) -> list[str]:
    found, target = [], state.part_target
    whole = {segment.number for segment in state.segments}
    total = sum(segment.duration for segment in state.segments)
    if target is None:
        return ["parts without EXT-X-PART-INF"] if state.open or any(s.parts for s in state.segments) else []
    if state.is_ended and state.hint:
        found.append("a hint behind the end")
    if not state.is_ended and not state.hint:
        found.append("no hint")
    behind = total
    for segment in [*state.segments, *([state.open] if state.open else [])]:
        behind -= segment.duration
        for index, part in enumerate(segment.parts):
            if part.duration > target + 1e-6:
                found.append(f"part {segment.number}.{index} lasts {part.duration} with a target of {target}")
            is_last = index == len(segment.parts) - 1
            if not is_last and part.duration < 0.85 * target and not part.is_independent:
                found.append(f"part {segment.number}.{index} lasts {part.duration} with a target of {target}")
        if segment.number not in whole or segment.is_gap:
            continue
        if segment.parts and abs(sum(part.duration for part in segment.parts) - segment.duration) > MILLISECOND:
            found.append(f"segment {segment.number} lasts {segment.duration}, its parts not")
        if segment.parts and behind > 4 * state.target:
            found.append(f"segment {segment.number} has parts, {behind:.1f} s from the end")
        if not segment.parts and behind < 3 * state.target - FRAME:
            found.append(f"segment {segment.number} has no parts, {behind:.1f} s from the end")
    return found


def _control(state: Playlist) -> list[str]:
    control, found = state.control, []
    if state.part_target is None:
        return []
    if control.get("CAN-BLOCK-RELOAD") != "YES":
        found.append("no CAN-BLOCK-RELOAD")
    if float(control.get("PART-HOLD-BACK", 0)) < 3 * state.part_target - 1e-6:
        found.append("PART-HOLD-BACK below three part targets")
    if float(control.get("HOLD-BACK", 0)) < 3 * state.target:
        found.append("HOLD-BACK below three targets")
    if float(control.get("CAN-SKIP-UNTIL", 0)) < 6 * state.target:
        found.append("CAN-SKIP-UNTIL below six targets")
    return found


def of_change(before: Playlist, after: Playlist) -> list[str]:
    """What is wrong with a whole state that follows another."""
    found = []
    for name in ("target", "part_target", "control"):
        if getattr(before, name) != getattr(after, name):
            found.append(f"{name} changed from {getattr(before, name)} to {getattr(after, name)}")
    if after.sequence < before.sequence or after.end < before.end:
        found.append(f"went back from {before.sequence}…{before.end} to {after.sequence}…{after.end}")
        return found
    gone = [segment for segment in before.segments if segment.number < after.sequence]
    if after.sequence > before.end:
        found.append(f"skipped from {before.end} to {after.sequence}")
    elif after.discontinuity_sequence != before.discontinuity_sequence + sum(s.is_discontinuous for s in gone):
        found.append(f"discontinuity sequence {before.discontinuity_sequence} to {after.discontinuity_sequence}")
    for old in before.segments:
        new = after.segment(old.number)
        if new and not (_same(old, new) and new.parts in (old.parts, ())):
            found.append(f"segment {old.number} changed: {old} to {new}")
    if before.open and (new := after.segment(before.end)):
        if new.parts[: len(before.open.parts)] != before.open.parts:
            found.append(f"the parts of segment {before.end} changed")
        if (new.date, new.is_discontinuous) != (before.open.date, before.open.is_discontinuous):
            found.append(f"the tags of segment {before.end} changed when it was whole")
    if gone:
        rest = [segment for segment in after.segments]
        if len(rest) < 6 or sum(segment.duration for segment in rest) < 3 * after.target:
            found.append(f"only {len(rest)} segments are left")
    return found


def _same(old: Segment, new: Segment) -> bool:
    if old.is_gap and new.is_gap:
        return old.uri == new.uri
    return old.without_parts() == new.without_parts()


def between(one: Playlist, other: Playlist, uri: str) -> list[str]:
    """What is wrong between two whole playlists of one presentation, which need not be of the same moment."""
    found = []
    if one.target != other.target or one.part_target != other.part_target:
        found.append(f"{uri} has another target")
    for number in range(max(one.sequence, other.sequence), min(one.end, other.end)):
        left, right = one.segment(number), other.segment(number)
        if one.number_of_discontinuity(number) != other.number_of_discontinuity(number):
            found.append(f"{uri} has another discontinuity at {number}")
        if abs(left.date - right.date) > FRAME or abs(left.date + left.duration - right.date - right.duration) > 2 * FRAME:
            found.append(f"{uri} has other boundaries at {number}: {left.date - right.date:+.3f} s")
    return found
