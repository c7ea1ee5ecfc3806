# Der monatliche Bericht für Admins, eine CSV-Datei in einer Direktnachricht.

report-on-its-way = Der Bericht für { $month } ist unterwegs, als Datei in einer Direktnachricht.
report-file = Karma im { $month }: { $count ->
    [0] Niemand hat etwas bekommen oder gegeben
    [one] was eine Person oder ein Ding bekommen und gegeben hat
   *[other] was { $count } Leute und Dinge bekommen und gegeben haben
  }. Wer nicht mitmacht, fehlt.
report-already-on-its-way = Dein letzter Bericht ist noch unterwegs. Gib mir eine Minute.
report-not-sent = Den Bericht konnte ich nicht schicken. Versuch es bitte in einer Minute noch einmal.
