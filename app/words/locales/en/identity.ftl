# What people are called, and what is asked where a typed name may mean one of them.

# Somebody of another organisation, in a channel that both share.
stranger = { $name } (another organisation)
stranger-of = { $name } ({ $organisation })

# $handle is what was typed after the @.
offer-question = { $count ->
    [one] You typed @{ $handle }, which is not a mention. Did you mean { $name }? The vote counts once you say so.
   *[other] You typed @{ $handle }, which is not a mention. Did you mean one of these? The vote counts once you say so.
  }
# Buttons: at most 75 characters.
offer-person = Yes, { $name }
offer-thing = No, the thing @{ $handle }
offer-counted = Your vote counts for { $name }.
offer-as-thing = Your vote counts for the thing @{ $handle }.
offer-gone = There is nothing left to decide here: the question was answered, the message has changed, or it was more than a day ago.
offer-again = I could not note that: my database does not answer. Please press the button again in a minute; nothing has changed.
