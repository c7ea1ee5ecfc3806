# Wie Leute heißen, und was gefragt wird, wo ein getippter Name jemanden meinen kann.

# Jemand aus einer anderen Organisation, in einem gemeinsamen Channel.
stranger = { $name } (extern)
stranger-of = { $name } ({ $organization })

# $handle ist, was als Name getippt wurde, ohne dass es eine Erwähnung ist.
offer-question = { $count ->
    [one] Meinst du @{ $name }? Es zählt, sobald du wählst, und ich merke mir, was du mit „{ $handle }“ meinst.
   *[other] Wen meinst du mit „{ $handle }“? Es zählt, sobald du wählst, und ich merke es mir.
  }
# Buttons: höchstens 75 Zeichen.
offer-person = @{ $name }
offer-thing = das Ding { $handle }
offer-counted = Gezählt für { $name }.
offer-as-thing = Gezählt für das Ding „{ $handle }“.
offer-gone = Diese Frage hat sich erledigt: Sie ist beantwortet, die Nachricht hat sich geändert, oder es ist mehr als einen Tag her.
offer-again = Ich erreiche gerade meine Datenbank nicht. Bitte drück den Button in einer Minute noch einmal.
