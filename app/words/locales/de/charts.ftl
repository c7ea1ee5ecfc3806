# Was zu Diagrammen gesagt wird und was in den Bildern steht.

chart-drawing = Ich zeichne das Diagramm. Es ist gleich da.
chart-already = Ich zeichne noch das Diagramm, um das du vorhin gebeten hast.
chart-busy = Ich habe gerade alle Hände voll zu tun. Versuch es bitte gleich noch einmal.
chart-not-drawn = Ich konnte das Diagramm nicht zeichnen. `/leaderboard` zeigt die Rangliste als Tabelle.
chart-not-sent = Slack hat das Bild nicht angenommen. `/leaderboard` zeigt die Rangliste als Tabelle.
chart-not-posted = Ich konnte das Diagramm hier nicht posten: Lade mich mit `/invite @pptbot` ein und versuch es noch einmal.
chart-sent-directly = Slack wollte das Bild hier nicht zeigen. Ich habe es dir direkt geschickt.

# Ein Button.
chart-12-weeks = 12 Wochen

# $where ist users, things, givers oder channel; $part ist top, wo es $count sind, oder all; $each ist
# week, wo die Punkte Woche für Woche stehen, oder all.
chart-title = { $part ->
    [top] { $where ->
        [things] Top { $count } der Dinge
        [givers] Top { $count } der Gebenden
        [channel] Top { $count } im Kanal
       *[users] Top { $count }
      }
   *[all] { $where ->
        [things] Dinge
        [givers] Gebende
        [channel] Personen im Kanal
       *[users] Personen
      }
  }, { $where ->
    [givers] vergebene Punkte
   *[other] Punkte
  }{ $each ->
    [week] {" "}pro Woche
   *[all] {""}
  }
chart-weeks = { $count ->
    [one] { $count } Woche
   *[other] { $count } Wochen
  }, { $dates }
# Unter den Linien, für jede Woche: ihre Nummer, als Text.
chart-tick = KW{ $week }
# Anstelle eines Namens, den keine Schrift zeichnen kann.
chart-nameless = Nr. { $place }
number-millions = { $number } Mio.
number-billions = { $number } Mrd.
number-trillions = { $number } Bio.

# Dasselbe in Worten, für alle, die das Bild nicht sehen.
chart-head = { $title }, { $span }.
chart-bar = { $place }. { $name }: { $score }.
chart-ends = Von { $first } bis { $last }:
chart-line = { $place }. { $name }: { $scores }.
chart-sum = { $place }. { $name }: insgesamt { $score }.

chart-empty = Es gibt nichts zu zeichnen. { $where ->
    [things] Kein Ding hat Punkte: { $span }.
    [givers] Niemand hat Punkte vergeben: { $span }.
    [channel] Niemand hat Punkte in { $channel }: { $span }.
   *[users] Niemand hat Punkte: { $span }.
  }
chart-empty-weeks = Es gibt nichts zu zeichnen. { $where ->
    [things] Kein Ding hat Punkte, oder die ersten { $count } haben in dieser Zeit keine bekommen: { $span }.
    [givers] Niemand hat Punkte vergeben, oder die ersten { $count } haben in dieser Zeit keine vergeben: { $span }.
    [channel] Niemand hat Punkte in { $channel }, oder die ersten { $count } haben in dieser Zeit keine bekommen: { $span }.
   *[users] Niemand hat Punkte, oder die ersten { $count } haben in dieser Zeit keine bekommen: { $span }.
  }
