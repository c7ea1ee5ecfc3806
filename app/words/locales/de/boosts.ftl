# Boosts: Eine Zeit lang zählen Punkte doppelt oder dreifach. $factor ist 2 oder 3.

boost-points = { $factor ->
    [2] doppelte Punkte
   *[other] dreifache Punkte
  }
boost-points-first = { $factor ->
    [2] Doppelte Punkte
   *[other] Dreifache Punkte
  }
boost-everywhere = überall
boost-here = in diesem Channel
boost-in = in { $channel }

# Wie lange: eines oder zwei davon, `2 Stunden 30 Minuten`.
boost-days = { $count ->
    [one] { $count } Tag
   *[other] { $count } Tage
  }
boost-hours = { $count ->
    [one] { $count } Stunde
   *[other] { $count } Stunden
  }
boost-minutes = { $count ->
    [one] { $count } Minute
   *[other] { $count } Minuten
  }

# Was ein Channel erfährt. $span ist, wie lange es noch geht, $until eine Uhrzeit, die Slack zeigt.
boost-named = *{ $name }:* { $said }
boost-begun = { boost-points-first } { $where }, { $span } lang, bis { $until }. Jedes Plus zählt { $factor ->
    [2] doppelt
   *[other] dreifach
  }.
boost-extended = Verlängert: { boost-points } { $where } bis { $until }, noch { $span }.
boost-paused = { boost-points-first } machen { $where } Pause. Danach geht es noch { $span } weiter.
boost-resumed = { boost-points-first } gibt es { $where } wieder: noch { $span }, bis { $until }.
boost-ending = Noch { $span } { boost-points } { $where }, bis { $until }.
boost-ended = { boost-points-first } sind { $where } vorbei.

# Was danach erfährt, wer es getan hat.
boost-told = { $said } Das steht jetzt auch in { $channel }.
boost-untold = { $said } Ich kann es nirgends ankündigen: Dafür brauche ich einen Channel, in dem ich bin und der nicht still ist, diesen oder den des Rückblicks in `/karma settings`.

# Listen: `• Release-Tag (doppelte Punkte überall) bis 16:00, noch 40 Minuten`.
boost-list = {"*"}Boosts*
boost-line = • { $what }
boost-what = { boost-points } { $where }
boost-what-named = { $name } ({ boost-points } { $where })
boost-open = { $what } bis { $until }, noch { $span }
boost-is-paused = { $what }, gerade Pause, danach noch { $span }
boost-over = { $what }, { $since } bis { $until }
# Wie das Protokoll es erzählt.
boost-until = { $what } bis { $until }
boost-has-ended = { $what }, beendet
boost-none = Bisher gab es keinen Boost. So beginnt einer: `/karma boost 2h "Release-Tag"`.
boost-none-on = Gerade läuft kein Boost. So beginnt einer: `/karma boost 2h "Release-Tag"`.

# Warum sich nichts geändert hat.
boost-unfit-overlaps = Es läuft schon einer: { $state }. Verlängere ihn mit `/karma boost add 30m`, oder beende ihn zuerst mit `/karma boost end`.
boost-unfit-none-open = Hier läuft kein Boost. So beginnt einer: `/karma boost 2h "Release-Tag"`.
boost-unfit-which = Hier laufen zwei Boosts. Sag, welchen du meinst, etwa `/karma boost { $command } here` oder `/karma boost { $command } everywhere`.
boost-unfit-paused = Er macht schon Pause; danach läuft er noch { $span }. `/karma boost resume` lässt ihn weiterlaufen.
boost-unfit-not-paused = Er macht keine Pause: Er läuft noch { $span }. `/karma boost pause` hält ihn an.
boost-unfit-too-long = Ein Boost kann höchstens noch eine Woche dauern, und das wäre mehr. Versuch es mit `/karma boost add 30m`.
boost-unfit-no-channel = Ich bin nicht in diesem Channel, darum zählen hier keine Punkte. Lade mich erst ein, oder lass `here` weg.
boost-unfit-unchecked = Slack hat mir nicht gesagt, ob ich in diesem Channel bin. Bitte versuch es in einer Minute noch einmal.

boost-misread-span = Sag, wie lange: `/karma boost 2h "Release-Tag"`, oder `/karma boost 30m x3 here` für dreifache Punkte in diesem Channel.
boost-misread-more = Sag, wie viel länger: `/karma boost add 30m`.
boost-misread-length = Ein Boost dauert eine Minute bis eine Woche: `/karma boost 2h "Release-Tag"`.
boost-misread-factor = Punkte können doppelt (`x2`) oder dreifach (`x3`) zählen: `/karma boost 2h x3`.
boost-misread-name = Der Name kann höchstens { $most } Zeichen haben und niemanden erwähnen: `/karma boost 2h "Release-Tag"`.
boost-misread-alone = Hinter `{ $word }` kann nur `here` oder `everywhere` stehen: `/karma boost { $word }`.
boost-misread-word = „{ $word }“ kenne ich nicht. Versuch es mit `/karma boost 2h "Release-Tag"`, mit dem Namen in Anführungszeichen, oder mit `/karma boost` und `add 30m`, `pause`, `resume`, `end`, `left` oder `list`.
