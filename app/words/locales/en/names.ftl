# People's names, and the question if a typed name may mean one of them.

# Somebody from another organization, in a shared channel.
stranger = { $name } (external)
stranger-of = { $name } ({ $organization })

# $handle is the name as typed, which isn't a mention.
offer-question = { $count ->
    [one] Did you mean @{ $name }? I'll count it once you choose, and remember what you mean by "{ $handle }".
   *[other] Who did you mean by "{ $handle }"? I'll count it once you choose, and remember it.
  }
# Buttons: at most 75 characters.
offer-person = @{ $name }
offer-thing = the thing { $handle }
offer-counted = Counted for { $name }.
offer-as-thing = Counted for the thing "{ $handle }".
offer-gone = This question is settled: it was answered, the message changed, or it's more than a day old.
offer-again = I can't reach my database right now. Please press the button again in a minute.
