# `/karma fairplay`: what admins look at. It accuses nobody.

fairplay-title = Fair play
fairplay-read = Numbers, not judgements: there may be a good reason for each of them. They are those of the last { $days } days ({ $count ->
    [one] { $count } entry
   *[other] { $count } entries
  } of the ledger). Whoever has opted out is left out.
fairplay-read-most = Numbers, not judgements: there may be a good reason for each of them. They are those of the last { $count } entries of the ledger, at most { $days } days old; there are more. Whoever has opted out is left out.
fairplay-nothing = nothing stands out

# Headings.
fairplay-pairs = Pairs that mostly vote for each other
fairplay-bursts = Many votes for one target within a minute
fairplay-toggles = A vote given and withdrawn again and again
fairplay-late = Votes changed by an edit more than an hour later

# Per cent of all votes that each has given.
fairplay-pair = { $one } and { $other }: { $oneGave } votes ({ $oneShare }% of what { $one } gave) and { $otherGave } back ({ $otherShare }% of what { $other } gave)
fairplay-burst = { $giver } for { $target }: { $count } votes
fairplay-toggle = { $giver } for { $target }: withdrawn { $count } times
fairplay-change = { $giver }: { $raised ->
    [one] { $raised } vote raised
   *[other] { $raised } votes raised
  }, { $reworded ->
    [one] { $reworded } reason changed
   *[other] { $reworded } reasons changed
  }

fairplay-refusals = { $count ->
    [one] { $count } vote was refused in the last { $days } days: { $reasons }.
   *[other] { $count } votes were refused in the last { $days } days: { $reasons }.
  }
fairplay-no-refusals = No votes were refused in the last { $days } days.
fairplay-refused = { $reason } { $count }

# Why votes were refused, in short: `for oneself 3, daily allowance 2`.
refused-self = for oneself
refused-too-many = too many at once
refused-allowance = daily allowance
refused-cooldown = too soon again
refused-group = unknown group
refused-opted-out = opted out
refused-minus-off = minus
refused-minus-things = minus for people
refused-minus-reason = minus without a reason
refused-things = for things
refused-banned = banned
refused-stranger = other organisations
refused-other = other reasons
