# Der Rückblick: was ein Channel über eine Woche oder einen Monat erfährt.

recap-title = Karma, { $dates }
recap-receivers = {"*"}Die meisten Punkte:* { $names }
recap-givers = {"*"}Am meisten gegeben:* { $names }
recap-leader = { $name } ({ $count })
recap-leader-again = wieder { $name } ({ $count })
recap-quotes = {"*"}Wofür:*
recap-quote = • { $name }: { $reason } · { $giver }
recap-newcomers = {"*"}Zum ersten Mal Punkte:* { $names }
recap-more = andere
recap-milestone = { $name } hat { $count } Punkte erreicht :tada:
recap-public = Gezählt in offenen Channels. Admins können diesen Beitrag ändern: {"*"}Rückblick* in `/karma settings`.

recap-preview = Vorher ansehen
recap-preview-title = Ein Rückblick
recap-previewed = { $some ->
    [some] Das schreibe ich in { $channel }. Jetzt siehst nur du es.
   *[none] So sieht ein Rückblick aus. Wo er erscheint, legst du in den Einstellungen fest; jetzt siehst nur du ihn.
  }
recap-nothing = In letzter Zeit hat niemand in einem offenen Channel Punkte bekommen, also gibt es nichts zu schreiben.
recap-wait = Ich stelle ihn zusammen, nur noch ein paar Sekunden.
