# Was zu Diagrammen gesagt wird und was in den Bildern steht.

chart-drawing = Ich zeichne das Diagramm. Es ist gleich da.
chart-already = Ich zeichne noch dein letztes Diagramm. Frag nach diesem, sobald es da ist.
chart-busy = Ich zeichne gerade mehrere Diagramme. Bitte versuch es gleich noch einmal.
chart-not-drawn = Ich konnte das Diagramm nicht zeichnen. `/leaderboard` zeigt die Rangliste als Tabelle.
chart-not-sent = Slack hat das Bild nicht angenommen. `/leaderboard` zeigt die Rangliste als Tabelle.
chart-not-posted = Ich konnte das Diagramm hier nicht posten. Lade mich mit `/invite @{ APP() }` ein und versuch es noch einmal.
chart-sent-directly = Slack konnte das Bild hier nicht zeigen, darum habe ich es dir direkt geschickt.

# Ein Button.
chart-12-weeks = 12 Wochen

# $where ist users, things, givers oder channel; $part ist top, wo es $count sind, oder all; $each ist
# week, wo die Punkte Woche für Woche stehen, oder all.
chart-title = { $part ->
    [top] { $where ->
        [things] Top { $count } der Dinge
        [channel] Top { $count } im Channel
       *[users] Top { $count }
      }
   *[all] { $where ->
        [things] Dinge
        [channel] Leute im Channel
       *[users] Leute
      }
  }, { $where ->
    [givers] gegebene Punkte
   *[other] Punkte
  }{ $each ->
    [week] {" "}pro Woche
   *[all] {""}
  }
chart-weeks = { $count ->
    [one] { $count } Woche
   *[other] { $count } Wochen
  }, { $dates }
# Unter den Linien der Tag, mit dem eine Woche beginnt: `31. Aug.`.
chart-tick = { $day }. { $month }
# Anstelle eines Namens, den keine Schrift zeichnen kann.
chart-nameless = Nr. { $place }
number-millions = { $number } Mio.
number-billions = { $number } Mrd.
number-trillions = { $number } Bio.

# Dasselbe in Worten, für alle, die das Bild nicht sehen.
chart-head = { $title }, { $span }.
# $what ist got oder given, $when week oder all; $rest sagt, wer folgt, oder ist leer.
chart-leads = { $name } liegt { $when ->
    [week] diese Woche mit
   *[all] mit
  } { $what ->
    [given] { $count ->
        [one] { $count } gegebenem Punkt
       *[other] { $count } gegebenen Punkten
      }
   *[got] { $count ->
        [one] { $count } Punkt
       *[other] { $count } Punkten
      }
  } vorn{ $rest }.
chart-lead-together = { $names } liegen { $when ->
    [week] diese Woche mit
   *[all] mit
  } je { $what ->
    [given] { $count ->
        [one] { $count } gegebenem Punkt
       *[other] { $count } gegebenen Punkten
      }
   *[got] { $count ->
        [one] { $count } Punkt
       *[other] { $count } Punkten
      }
  } vorn{ $rest }.
chart-followed = , gefolgt von { $others }
chart-no-lead = { $what ->
    [given] Diese Woche hat noch niemand Punkte gegeben.
   *[got] Diese Woche gibt es noch keine Punkte.
  }
chart-score = { $name } ({ $score })
chart-ends = Woche für Woche von { $first } bis { $last }: { $lines }.
chart-line = { $name } { $scores }
chart-sum = Insgesamt: { $lines }.

chart-empty = Es gibt noch nichts zu zeichnen: { $where ->
    [things] Kein Ding hat Punkte bekommen ({ $span }).
    [givers] Niemand hat Punkte gegeben ({ $span }).
    [channel] In { $channel } hat niemand Punkte bekommen ({ $span }).
   *[users] Niemand hat Punkte bekommen ({ $span }).
  }
chart-empty-weeks = Es gibt noch nichts zu zeichnen: { $where ->
    [things] keine Punkte für die Dinge, die vorn liegen ({ $span }).
    [givers] keine Punkte von denen, die am meisten geben ({ $span }).
    [channel] keine Punkte in { $channel } für die, die vorn liegen ({ $span }).
   *[users] keine Punkte für die, die vorn liegen ({ $span }).
  }
