# Direct messages about points received, and the app's thanks for its own.
# $because is the word typed, as in votes.ftl.

notice = { $who } gave you { points-boosted }
notice-for = { notice } { $because } { $reason }
notice-in = { $told } · in { $channel }
notice-private = { $told } · in a private channel
notice-somebody = Somebody

digest = You got { points } on { $day }:
digest-vote = • { $who }: { points-boosted }

thanks-kind = Thank you, that's kind!
thanks-gladly = My pleasure. I'm glad to count for you.
thanks-day = That made my day. Thank you!
thanks-points = Thank you! Points for me, too: what a day.
thanks-minus = Fair enough. I'll keep at it.

notice-by-workflow = { $who } (by a workflow)
# $told is one of the notices above.
notice-first =
    { $told }
    { notice-first-point }
notice-first-point =
    { $count ->
        [one] That's your first point here
       *[other] Those are your first points here
    } :tada: Pass it on: type `@name++` in a channel I'm in. If you'd rather not take part, type `/karma opt-out`.
