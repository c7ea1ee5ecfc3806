# `/karma fairplay`, for admins. It accuses nobody.

fairplay-title = Fair play
fairplay-read = These are numbers, not judgments: there may be a good reason for each. They cover the last { $days } days ({ $count ->
    [one] { $count } entry
   *[other] { $count } entries
  }), without people who have opted out.
fairplay-read-most = These are numbers, not judgments: there may be a good reason for each. They cover the last { $count } entries, up to { $days } days back, without people who have opted out.
fairplay-nothing = Nothing stands out: no pairs who mostly give to each other, no bursts within a minute, nothing given and undone again and again, no late edits.
fairplay-nothing-else = Nothing else stands out.

# Headings.
fairplay-pairs = Pairs who mostly give to each other
fairplay-bursts = Many times to the same person or thing within a minute
fairplay-toggles = Given and undone again and again
fairplay-late = Changed by an edit more than an hour later

# Shares are percentages of all votes that each has given.
fairplay-pair = { $one } and { $other }: { $oneGave ->
    [one] { $oneGave } time
   *[other] { $oneGave } times
  } ({ $oneShare }% of what { $one } gave) and { $otherGave ->
    [one] { $otherGave } time
   *[other] { $otherGave } times
  } back ({ $otherShare }% of what { $other } gave)
fairplay-burst = { $giver } to { $target }: { $count ->
    [one] { $count } time
   *[other] { $count } times
  }
fairplay-toggle = { $giver } to { $target }: undone { $count ->
    [one] { $count } time
   *[other] { $count } times
  }
fairplay-change = { $giver }: points raised { $raised ->
    [one] { $raised } time
   *[other] { $raised } times
  }, { $reworded ->
    [one] { $reworded } reason changed
   *[other] { $reworded } reasons changed
  }

fairplay-refusals = Not counted in the last { $days } days: { $count ->
    [one] { $count } time
   *[other] { $count } times
  } ({ $reasons }).
fairplay-no-refusals = Everything counted in the last { $days } days.
fairplay-refused = { $reason } { $count }

# Short reasons why points didn't count: `for oneself 3, daily allowance 2`.
refused-self = for oneself
refused-too-many = too many at once
refused-allowance = daily allowance
refused-cooldown = too soon again
refused-group = unknown group
refused-opted-out = opted out
refused-minus-off = minus points
refused-minus-things = minus for people
refused-minus-reason = minus without a reason
refused-things = for things
refused-banned = banned
refused-stranger = external people
refused-closed = points turned off
refused-other = other reasons
