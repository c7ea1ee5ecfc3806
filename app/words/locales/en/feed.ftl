# The feed: posts about points given in other channels. $channel is a link.

# $many is the number of receivers.
feed-given = { $giver } gave { $names } { points-boosted }{ $many ->
    [one] {""}
   *[other] {" "}each
  }
feed-entry = { feed-given } · in { $channel }
# $reason is in quotation marks.
feed-entry-for = { feed-given }: { $reason } · in { $channel }
feed-withdrawn = { $giver } took points back · in { $channel }
