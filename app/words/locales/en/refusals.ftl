# What a voter alone is told of votes that do not count: why, and what to do instead.

refusal-self = Votes for yourself do not count, but it is good to hear that you are proud. If somebody had a part in it, give the points to them.
refusal-too-many = That is too many at once: I count at most { $most } in one message, so none did. Spread them over several messages.
refusal-allowance = That is more than you have left today: you can give { points } a day, so this message did not count. Give fewer, or wait for tomorrow.
refusal-cooldown = { $minutes ->
    [one] You gave the same person or thing something less than a minute before, so that vote did not count. Wait a minute, or give more at once: `+++` is two points.
   *[other] You gave the same person or thing something less than { $minutes } minutes before, so that vote did not count. Wait until they are over, or give more at once: `+++` is two points.
  }
refusal-group = I could not look up the members of that group, so it got no points. Mention them one by one instead.
refusal-opted-out = Somebody you voted for has opted out, so those votes did not count.
refusal-minus-off = Minus votes do not count here. A plus for what went well does.
refusal-minus-things = Minus votes for people do not count here, only those for things: `slow builds--`.
refusal-minus-reason = A minus counts here only with a reason. Edit your message and say why, for example: `slow builds-- because I waited an hour`.
refusal-things = Only people can have points here, things cannot. Give them to whoever is behind it: `@someone++`.
# $until is a date.
refusal-banned-until = Your votes do not count until { $until }: an admin has decided so. If that is a mistake, please ask one.
refusal-banned = Your votes do not count for now: an admin has decided so. If that is a mistake, please ask one.
refusal-stranger = Votes by or for people of other organisations do not count here. An admin can change that with `/karma settings`.
