# What is said of charts, and what stands in the pictures.

chart-drawing = I am drawing the chart. It will be here in a moment.
chart-already = I am still drawing the chart that you asked for before.
chart-busy = I have my hands full. Please try again in a moment.
chart-not-drawn = I could not draw the chart. `/leaderboard` shows the board as a table.
chart-not-sent = Slack would not take the picture. `/leaderboard` shows the board as a table.
chart-not-posted = I could not post the chart here: invite me with `/invite @pptbot`, then try again.
chart-sent-directly = Slack would not show the picture here. I have sent it to you directly.

# A button.
chart-12-weeks = 12 weeks

# $where is users, things, givers or channel; $part is top where there are $count, or all; $each is week
# where points are told week by week, or all.
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
# Below the lines, for each week: its number, as text.
chart-tick = W{ $week }
# Instead of a name that no font can draw.
chart-nameless = no. { $place }
number-millions = { $number }M
number-billions = { $number }B
number-trillions = { $number }T

# The same in words, for those who cannot see the picture.
chart-head = { $title }, { $span }.
chart-bar = { $place }. { $name }: { $score }.
chart-ends = From { $first } to { $last }:
chart-line = { $place }. { $name }: { $scores }.
chart-sum = { $place }. { $name }: { $score } in all.

chart-empty = There is nothing to draw. { $where ->
    [things] No thing has points: { $span }.
    [givers] Nobody has given points: { $span }.
    [channel] Nobody has points in { $channel }: { $span }.
   *[users] Nobody has points: { $span }.
  }
chart-empty-weeks = There is nothing to draw. { $where ->
    [things] No thing has points, or none that the first { $count } things got in these { $span }.
    [givers] Nobody has given points, or none that the first { $count } givers got in these { $span }.
    [channel] Nobody has points in { $channel }, or none that the first { $count } people got in these { $span }.
   *[users] Nobody has points, or none that the first { $count } people got in these { $span }.
  }
