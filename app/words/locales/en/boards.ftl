# What is said of boards and of standings.

board-empty = Nobody has points yet. Give the first ones: `@someone++ for being great`.
board-hidden = You have opted out, so you are shown on no board: `/karma opt-in` changes that.
board-no-such-channel = I can show the board of a public channel, or of the channel that you ask in. That one is neither, or I do not know it.
# $dates is all that is known of a time that boards are no longer kept for.
board-pruned = Boards of that time are no longer kept: { $dates }.
board-shown-by = Shown by { $name }.

# The heads of the table.
board-rank = Rank
board-name = Name
board-points = Points
board-change = Change

# The buttons.
period-today = Today
period-week = This week
period-month = This month
period-season = This season
period-all = All time
board-users = People
board-things = Things
board-givers = Givers
board-channel = In the channel
board-show-everyone = Show everyone

# $where is users, things, givers, or channel, whose name is then $channel. $part is top or last where
# there are $count places, bottom where there are fewer, or all.
board-title = { $where ->
    [things] Leaderboard of things
    [givers] Leaderboard of givers
    [channel] Leaderboard in { $channel }
   *[users] Leaderboard
  }{ $part ->
    [top] : top { $count }
    [last] : last { $count }
    [bottom] : from the bottom
   *[all] {""}
  }, { $dates }
board-caption = { $where ->
    [things] Things by points
    [givers] Givers by points
    [channel] People by points in the channel
   *[users] People by points
  }
board-nobody-yet = { $where ->
    [things] No thing has points yet.
    [givers] Nobody has given points yet.
    [channel] Nobody has points in { $channel } yet.
   *[users] Nobody has points yet.
  }
board-nobody = { $where ->
    [things] No thing has points: { $dates }.
    [givers] Nobody has given points: { $dates }.
    [channel] Nobody has points in { $channel }: { $dates }.
   *[users] Nobody has points: { $dates }.
  }

all-time = all time
dates-in-zone = { $dates }, { $zone }

board-place = { $rank }. { $name }, { $points }
# How a rank has moved: not seen on the board before.
rank-new = new

# $moved is empty, or how the rank has moved, in brackets.
standing = You are { ordinal }{ $moved } with { points }.
standing-behind = You are { ordinal }{ $moved } with { points }, { $behind } behind { $ahead }.
standing-of = { $name } is { ordinal }{ $moved } with { points }.
standing-of-behind = { $name } is { ordinal }{ $moved } with { points }, { $behind } behind { $ahead }.
# $time is all, or some.
no-standing = You have { $board ->
    [givers] given no points
   *[other] no points
  } { $time ->
    [all] yet
   *[some] in that time
  }.
no-standing-of = { $name } has { $board ->
    [givers] given no points
   *[other] no points
  } { $time ->
    [all] yet
   *[some] in that time
  }.
