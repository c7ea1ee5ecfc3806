# The feed: what a channel is told of points that were given in others. $channel is a link.

# $many is how many got them.
feed-given = { $giver } gave { $names } { points-boosted }{ $many ->
    [one] {""}
   *[other] {" "}each
  }
feed-entry = { feed-given } · in { $channel }
# $reason is in quotation marks.
feed-entry-for = { feed-given }: { $reason } · in { $channel }
feed-withdrawn = { $giver } took points back · in { $channel }
