# Boards and standings.

board-empty = Nobody has points yet. Be the first to give some: `@someone++ for being great`.
board-hidden = You've opted out, so no board shows you. `/karma opt-in` brings you back.
board-no-such-channel = I can show the board of a public channel, or of a private one when you ask there. Pick it from Slack's list, or type `/leaderboard here` in it.
# $dates is the period whose boards were removed.
board-pruned = I no longer keep boards that old: { $dates }.
board-shown-by = Shown by { $name }.
# To the person who wanted to show it.
board-threads-only = This channel takes posts only in threads, so I couldn't show the board to everyone.

# If a setting says so.
board-own-only = Boards are private here: everybody sees just their own standing, with `/leaderboard`.
board-off = There are no boards here. `/karma` shows your own points.
board-bottom-things = The last places are for things here: `/leaderboard bottom things`.

# The table's column headings.
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
board-show-everyone = Show to everyone

# $where is users, things, givers, group, group-givers, or channel, with its name in $channel. $part
# is top or last if there are $count places, bottom if there are fewer, or all.
board-title = { $where ->
    [group] Leaderboard of a group
    [group-givers] Givers of a group
    [things] Leaderboard of things
    [givers] Leaderboard of givers
    [channel] Leaderboard in { $channel }
   *[users] Leaderboard
  }{ $part ->
    [top] : top { $count }
    [last] { $count ->
        [one] : last place
       *[other] : last { $count }
      }
    [bottom] : from the bottom
   *[all] {""}
  }, { $dates }
board-caption = { $where ->
    [group] Members of the group by points
    [group-givers] Givers of the group by points
    [things] Things by points
    [givers] Givers by points
    [channel] People by points in the channel
   *[users] People by points
  }
board-nobody-yet = { $where ->
    [group] Nobody in that group has points yet.
    [group-givers] Nobody in that group has given points yet.
    [things] No thing has points yet.
    [givers] Nobody has given points yet.
    [channel] Nobody has points in { $channel } yet.
   *[users] Nobody has points yet.
  }
# Below the title of a board.
board-nobody = { $where ->
    [group] Nobody in that group got points in that time.
    [group-givers] Nobody in that group gave points in that time.
    [things] Nothing got points in that time.
    [givers] Nobody gave points in that time.
    [channel] Nobody got points there in that time.
   *[users] Nobody got points in that time.
  }

all-time = all time
# $number is 1 to 4.
quarter = Q{ $number } { $year }
dates-in-zone = { $dates }, { $zone }

board-place = { $rank }. { $name }, { $points }
# A change in rank: not on the board before.
rank-new = new

# $moved is empty, or the change in rank, in brackets.
standing-place = { ordinal }{ $moved } with { points }
standing = You're { standing-place }.
standing-behind = You're { standing-place }, { $behind } behind { $ahead }.
standing-of = { $name } is { standing-place }.
standing-of-behind = { $name } is { standing-place }, { $behind } behind { $ahead }.
# $time is all, or some.
no-standing = { $where ->
    [users] { $time ->
        [all] You have no points yet.
       *[some] You got no points in that time.
      }
    [givers] { $time ->
        [all] You haven't given points yet.
       *[some] You gave no points in that time.
      }
   *[other] You aren't on this board.
  }

# Groups and spans of days.
board-no-such-group = Slack didn't tell me who's in that group. Please try again in a minute.
board-too-large = That's more than I can add up in time. Try a shorter time, like `month`, `week` or `today`.
board-too-long = I can look back { $days } days at most. For longer, try `/leaderboard quarter`, `year` or `2026-11`.
board-to-come = That's still to come: { $dates }.
