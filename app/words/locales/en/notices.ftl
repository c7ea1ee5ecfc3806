# What somebody who got points is told in a direct message, and what the app says when it got some.
# $because is the word that was typed, as in votes.ftl.

notice = { $who } gave you { points }
notice-for = { notice } { $because } { $reason }
notice-in = { $told } · in { $channel }
notice-private = { $told } · in a private channel
notice-somebody = Somebody

digest = On { $day } you got { points }:
digest-vote = • { $who }: { points }
digest-vote-for = { digest-vote } ({ $reason })
digest-more = { $count ->
    [one] and { $count } more vote
   *[other] and { $count } more votes
  }

thanks-kind = Thank you, that is kind!
thanks-gladly = You are welcome. I am glad to count for you.
thanks-day = That makes my day. Thank you!
thanks-points = Thank you! Points for me, too: what a day.
thanks-minus = Fair enough. I will go on counting as carefully as I can.
