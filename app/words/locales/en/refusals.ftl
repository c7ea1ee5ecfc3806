# Private replies to points that don't count: why, and what to do instead.

refusal-self = Not counted: points are for others, and yours are up to them. If somebody helped, pass the points on.
refusal-too-many = Not counted: one message can be for { $most ->
    [one] one person or thing
   *[other] { $most } people and things
  } at most. Spread them over a few messages.
refusal-allowance = Not counted: that's more than you have left today, out of { points } a day. Give fewer, or wait until tomorrow; `/karma` shows what's left.
# $unit is days, hours or minutes.
refusal-cooldown = Not counted: you gave points to the same person or thing less than { $unit ->
    [days] { $count ->
        [one] a day
       *[other] { $count } days
      }
    [hours] { $count ->
        [one] an hour
       *[other] { $count } hours
      }
   *[minutes] { $count ->
        [one] a minute
       *[other] { $count } minutes
      }
  } ago. Wait a little longer. Next time you can give more at once: `+++` is two points.
refusal-group = Not counted: Slack didn't tell me who's in that group. Mention its people one by one instead.
refusal-opted-out = Not counted: somebody there has opted out. They can still read your thanks, of course.
refusal-minus-off = Not counted: only plus points count here.
refusal-minus-things = Not counted: minus points are only for things here, like `"slow builds"--`.
refusal-minus-reason = Not counted yet: a minus needs a reason here. Say why, like `"slow builds"-- because I waited an hour`.
refusal-things = Not counted: points are only for people here. Give them to whoever is behind it: `@someone++`.
# $until is a date.
refusal-banned-until = Not counted: an admin has paused points from you until { $until }. If that looks wrong, please ask an admin.
refusal-banned = Not counted: an admin has paused points from you for now. If that looks wrong, please ask an admin.
refusal-stranger = Not counted: points from or for external people don't count here. An admin can change that in `/karma settings`.
refusal-closed = Not counted: points are turned off in this channel.
refusal-rest = Not counted either. For the next minute I won't say so each time.
