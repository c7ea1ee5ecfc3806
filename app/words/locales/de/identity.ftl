# Wie Leute heißen, und was gefragt wird, wo ein getippter Name jemanden meinen kann.

# Jemand aus einer anderen Organisation, in einem gemeinsamen Channel.
stranger = { $name } (extern)
stranger-of = { $name } ({ $organisation })

# $handle ist, was nach dem @ getippt wurde.
offer-question = { $count ->
    [one] Meinst du { $name }? Du hast @{ $handle } getippt, und Slack hat keine Erwähnung daraus gemacht. Es zählt, sobald du wählst.
   *[other] Wen meinst du? Du hast @{ $handle } getippt, und Slack hat keine Erwähnung daraus gemacht. Es zählt, sobald du wählst.
  }
# Buttons: höchstens 75 Zeichen.
offer-person = { $name }
offer-thing = Das Ding „{ $handle }“
offer-counted = Gezählt für { $name }.
offer-as-thing = Gezählt für das Ding „{ $handle }“.
offer-gone = Diese Frage hat sich erledigt: Sie ist beantwortet, die Nachricht hat sich geändert, oder es ist mehr als einen Tag her.
offer-again = Ich erreiche gerade meine Datenbank nicht. Bitte drück den Button in einer Minute noch einmal.
