# Boosts: points count double or triple for a while. $factor is 2 or 3.

boost-points = { $factor ->
    [2] double points
   *[other] triple points
  }
boost-points-first = { $factor ->
    [2] Double points
   *[other] Triple points
  }
boost-everywhere = everywhere
boost-here = in this channel
boost-in = in { $channel }

# Durations: one or two of these, `2 hours 30 minutes`.
boost-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
  }
boost-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
  }
boost-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
  }

# Announcements in a channel. $span is the time left, $until a time that Slack formats.
boost-named = *{ $name }:* { $said }
boost-begun = { boost-points-first } { $where } for { $span }, until { $until }. Every plus counts { $factor ->
    [2] twice
   *[other] three times
  }.
boost-extended = More time: { boost-points } { $where } until { $until }, { $span } left.
boost-paused = { boost-points-first } are paused { $where }, with { $span } left.
boost-resumed = { boost-points-first } are back { $where }: { $span } left, until { $until }.
boost-ending = { $span } of { boost-points } left { $where }, until { $until }.
boost-ended = { boost-points-first } have ended { $where }.

# The reply to the admin, after that.
boost-told = { $said } I've told { $channel }.
boost-untold = { $said } I can't announce it: I need a channel that I'm in and that isn't quiet, either this one or the recap channel in `/karma settings`.

# Lists: `• Release day (double points everywhere) until 16:00, 40 minutes left`.
boost-list = {"*"}Boosts*
boost-line = • { $what }
boost-what = { boost-points } { $where }
boost-what-named = { $name } ({ boost-points } { $where })
boost-open = { $what } until { $until }, { $span } left
boost-is-paused = { $what }, paused with { $span } left
boost-over = { $what }, { $since } until { $until }
# In the audit.
boost-until = { $what } until { $until }
boost-has-ended = { $what }, ended
boost-none = There hasn't been a boost yet. Start one: `/karma boost 2h "Release day"`.
boost-none-on = No boost is running. Start one: `/karma boost 2h "Release day"`.

# Refusals.
boost-unfit-overlaps = There's one already: { $state }. Make it longer with `/karma boost add 30m`, or end it first with `/karma boost end`.
boost-unfit-none-open = No boost is running here. Start one: `/karma boost 2h "Release day"`.
boost-unfit-which = Two boosts are running here. Say which one you mean, like `/karma boost { $command } here` or `/karma boost { $command } everywhere`.
boost-unfit-paused = It's paused already, with { $span } left. `/karma boost resume` continues it.
boost-unfit-not-paused = It isn't paused: it runs for another { $span }. `/karma boost pause` pauses it.
boost-unfit-too-long = A boost can have at most a week left, and that would be more. Try `/karma boost add 30m`.
boost-unfit-no-channel = I'm not in this channel, so no points count here. Invite me first, or leave out `here`.
boost-unfit-unchecked = Slack didn't tell me whether I'm in this channel. Please try again in a minute.

boost-misread-span = Say how long: `/karma boost 2h "Release day"`, or `/karma boost 30m x3 here` for triple points in this channel.
boost-misread-more = Say how much longer: `/karma boost add 30m`.
boost-misread-length = A boost lasts from one minute to a week: `/karma boost 2h "Release day"`.
boost-misread-factor = Points can count double (`x2`) or triple (`x3`): `/karma boost 2h x3`.
boost-misread-name = Please keep the name to { $most } characters, without mentions: `/karma boost 2h "Release day"`.
boost-misread-alone = Only `here` or `everywhere` can follow `{ $word }`: `/karma boost { $word }`.
boost-misread-word = I don't know "{ $word }". Try `/karma boost 2h "Release day"`, with the name in quotation marks, or `/karma boost` with `add 30m`, `pause`, `resume`, `end`, `left` or `list`.
