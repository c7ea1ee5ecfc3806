# Was zu Ranglisten und Plätzen gesagt wird.

board-empty = Noch hat niemand Punkte. Vergib die ersten: `@jemand++ for die tolle Hilfe`.
board-hidden = Du machst nicht mit und stehst deshalb auf keiner Rangliste: `/karma opt-in` ändert das.
board-no-such-channel = Ich kann die Rangliste eines öffentlichen Kanals zeigen oder die des Kanals, in dem du fragst. Dieser ist keins von beiden, oder ich kenne ihn nicht.
board-pruned = Ranglisten aus dieser Zeit werden nicht mehr aufbewahrt: { $dates }.
board-shown-by = Gezeigt von { $name }.

# Die Köpfe der Tabelle.
board-rank = Platz
board-name = Name
board-points = Punkte
board-change = Änderung

# Die Buttons.
period-today = Heute
period-week = Diese Woche
period-month = Dieser Monat
period-season = Diese Saison
period-all = Insgesamt
board-users = Personen
board-things = Dinge
board-givers = Gebende
board-channel = Im Kanal
board-show-everyone = Allen zeigen

# $where ist users, things, givers oder channel; dessen Name ist dann $channel. $part ist top oder last,
# wo es $count Plätze gibt, bottom, wo es weniger sind, oder all.
board-title = { $where ->
    [things] Rangliste der Dinge
    [givers] Rangliste der Gebenden
    [channel] Rangliste in { $channel }
   *[users] Rangliste
  }{ $part ->
    [top] : Top { $count }
    [last] { $count ->
        [one] : letzter Platz
       *[other] : letzte { $count } Plätze
      }
    [bottom] : von unten
   *[all] {""}
  }, { $dates }
board-caption = { $where ->
    [things] Dinge nach Punkten
    [givers] Gebende nach Punkten
    [channel] Personen nach Punkten im Kanal
   *[users] Personen nach Punkten
  }
board-nobody-yet = { $where ->
    [things] Noch hat kein Ding Punkte.
    [givers] Noch hat niemand Punkte vergeben.
    [channel] Noch hat niemand Punkte in { $channel }.
   *[users] Noch hat niemand Punkte.
  }
board-nobody = { $where ->
    [things] Kein Ding hat Punkte: { $dates }.
    [givers] Niemand hat Punkte vergeben: { $dates }.
    [channel] Niemand hat Punkte in { $channel }: { $dates }.
   *[users] Niemand hat Punkte: { $dates }.
  }

all-time = insgesamt
dates-in-zone = { $dates }, { $zone }

board-place = { $rank }. { $name }, { $points }
# Wie sich ein Platz geändert hat: war vorher nicht auf der Rangliste.
rank-new = neu

# $moved ist leer oder sagt in Klammern, wie sich der Platz geändert hat.
standing = Du bist auf Platz { $number }{ $moved } mit { $count ->
    [one] { $count } Punkt
   *[other] { $count } Punkten
  }.
standing-behind = Du bist auf Platz { $number }{ $moved } mit { $count ->
    [one] { $count } Punkt
   *[other] { $count } Punkten
  }, { $behind } hinter { $ahead }.
standing-of = { $name } ist auf Platz { $number }{ $moved } mit { $count ->
    [one] { $count } Punkt
   *[other] { $count } Punkten
  }.
standing-of-behind = { $name } ist auf Platz { $number }{ $moved } mit { $count ->
    [one] { $count } Punkt
   *[other] { $count } Punkten
  }, { $behind } hinter { $ahead }.
# $time ist all oder some.
no-standing = Du hast { $time ->
    [all] noch
   *[some] in dieser Zeit
  } { $board ->
    [givers] keine Punkte vergeben
   *[other] keine Punkte
  }.
no-standing-of = { $name } hat { $time ->
    [all] noch
   *[some] in dieser Zeit
  } { $board ->
    [givers] keine Punkte vergeben
   *[other] keine Punkte
  }.
