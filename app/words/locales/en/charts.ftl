# Charts: replies, and the text in the pictures.

chart-drawing = I'm drawing the chart. It'll be here in a moment.
chart-already = I'm still drawing your last chart. Ask for this one when it's here.
chart-busy = I'm drawing several charts right now. Please try again in a moment.
chart-not-drawn = I couldn't draw the chart. `/leaderboard` shows the board as a table.
chart-not-sent = Slack didn't accept the picture. `/leaderboard` shows the board as a table.
chart-not-posted = I couldn't post the chart here. Invite me with `/invite @{ APP() }`, then try again.
chart-sent-directly = Slack couldn't show the picture here, so I've sent it to you directly.

# A button.
chart-12-weeks = 12 weeks

# $where is users, things, givers or channel; $part is top if there are $count, or all; $each is week
# if points are shown week by week, or all.
chart-title = { $part ->
    [top] Top { $count } { $where ->
        [things] things
        [givers] givers
        [channel] people in the channel
       *[users] people
      }
   *[all] { $where ->
        [things] Things
        [givers] Givers
        [channel] People in the channel
       *[users] People
      }
  }, { $where ->
    [givers] points given
   *[other] points
  }{ $each ->
    [week] {" "}a week
   *[all] {""}
  }
chart-weeks = { $count ->
    [one] { $count } week
   *[other] { $count } weeks
  }, { $dates }
# Below the lines, the first day of a week: `31 Aug`.
chart-tick = { $day } { $month }
# Replaces a name that no font can draw.
chart-nameless = no. { $place }
number-millions = { $number }M
number-billions = { $number }B
number-trillions = { $number }T

# The picture's description, for people who can't see it.
chart-head = { $title }, { $span }.
# $what is got or given, $when week or all; $rest lists the next ones, or is empty.
chart-leads = { $name } leads with { points }{ $what ->
    [given] {" "}given
   *[got] {""}
  }{ $when ->
    [week] {" "}this week
   *[all] {""}
  }{ $rest }.
chart-lead-together = { $names } lead with { points } each{ $what ->
    [given] {" "}given
   *[got] {""}
  }{ $when ->
    [week] {" "}this week
   *[all] {""}
  }{ $rest }.
chart-followed = , followed by { $others }
chart-no-lead = { $what ->
    [given] Nobody has given points this week yet.
   *[got] No points this week yet.
  }
chart-score = { $name } ({ $score })
chart-ends = Week by week from { $first } to { $last }: { $lines }.
chart-line = { $name } { $scores }
chart-sum = In all: { $lines }.

chart-empty = There's nothing to draw yet: { $where ->
    [things] nothing got points ({ $span }).
    [givers] nobody gave points ({ $span }).
    [channel] nobody got points in { $channel } ({ $span }).
   *[users] nobody got points ({ $span }).
  }
chart-empty-weeks = There's nothing to draw yet: no points { $where ->
    [things] for the leading things
    [givers] from the leading givers
    [channel] in { $channel } for those who lead
   *[users] for those who lead
  } ({ $span }).
