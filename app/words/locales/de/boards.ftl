# Was zu Ranglisten und Plätzen gesagt wird.

board-empty = Noch hat niemand Punkte. Vergib die ersten: `@jemand++ für die tolle Hilfe`.
board-hidden = Du machst nicht mit und stehst darum auf keiner Rangliste. Mit `/karma opt-in` bist du wieder dabei.
board-no-such-channel = Ich kann die Rangliste eines offenen Channels zeigen, die eines geschlossenen nur dort. Wähl ihn aus der Liste von Slack oder tippe dort `/leaderboard here`.
board-pruned = So alte Ranglisten habe ich nicht mehr: { $dates }.
board-shown-by = Gezeigt von { $name }.
board-threads-only = In diesem Channel kann ich nur in Threads schreiben, deshalb konnte ich die Rangliste nicht allen zeigen.

# Wo der Workspace es so eingestellt hat.
board-own-only = Ranglisten sind hier privat: Mit `/leaderboard` sehen alle nur den eigenen Platz.
board-off = Hier gibt es keine Ranglisten. `/karma` zeigt deine eigenen Punkte.
board-bottom-things = Die letzten Plätze gibt es hier nur für Dinge: `/leaderboard bottom things`.

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
board-users = Leute
board-things = Dinge
board-givers = Gegeben
board-channel = Im Channel
board-show-everyone = Allen zeigen

# $where ist users, things, givers, group, group-givers oder channel; dessen Name ist dann $channel.
# $part ist top oder last, wo es $count Plätze gibt, bottom, wo es weniger sind, oder all.
board-title = { $where ->
    [group] Rangliste einer Gruppe
    [group-givers] Rangliste einer Gruppe nach gegebenen Punkten
    [things] Rangliste der Dinge
    [givers] Rangliste nach gegebenen Punkten
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
    [group] Mitglieder der Gruppe nach Punkten
    [group-givers] Mitglieder der Gruppe nach gegebenen Punkten
    [things] Dinge nach Punkten
    [givers] Leute nach gegebenen Punkten
    [channel] Leute nach Punkten im Channel
   *[users] Leute nach Punkten
  }
board-nobody-yet = { $where ->
    [group] Noch hat niemand in dieser Gruppe Punkte.
    [group-givers] Noch hat niemand in dieser Gruppe Punkte gegeben.
    [things] Noch hat kein Ding Punkte.
    [givers] Noch hat niemand Punkte gegeben.
    [channel] Noch hat niemand Punkte in { $channel }.
   *[users] Noch hat niemand Punkte.
  }
# Unter dem Titel einer Rangliste.
board-nobody = { $where ->
    [group] In dieser Zeit hat niemand in der Gruppe Punkte bekommen.
    [group-givers] In dieser Zeit hat niemand in der Gruppe Punkte gegeben.
    [things] In dieser Zeit hat kein Ding Punkte bekommen.
    [givers] In dieser Zeit hat niemand Punkte gegeben.
    [channel] In dieser Zeit hat dort niemand Punkte bekommen.
   *[users] In dieser Zeit hat niemand Punkte bekommen.
  }

all-time = insgesamt
# $number ist 1 bis 4.
quarter = Q{ $number } { $year }
dates-in-zone = { $dates }, { $zone }

board-place = { $rank }. { $name }, { $points }
# Wie sich ein Platz geändert hat: war vorher nicht auf der Rangliste.
rank-new = neu

# $moved ist leer oder sagt in Klammern, wie sich der Platz geändert hat.
standing-place = auf Platz { $number }{ $moved } mit { $count ->
    [one] { $count } Punkt
   *[other] { $count } Punkten
  }
standing = Du bist { standing-place }.
standing-behind = Du bist { standing-place }, { $behind } hinter { $ahead }.
standing-of = { $name } ist { standing-place }.
standing-of-behind = { $name } ist { standing-place }, { $behind } hinter { $ahead }.
# $time ist all oder some.
no-standing = Du { $where ->
    [users] hast { $time ->
        [all] noch keine Punkte
       *[some] in dieser Zeit keine Punkte bekommen
      }
    [givers] hast { $time ->
        [all] noch keine Punkte gegeben
       *[some] in dieser Zeit keine Punkte gegeben
      }
   *[other] bist hier nicht dabei
  }.

# Zu Gruppen und zu Zeiten aus Tagen.
board-no-such-group = Slack hat mir nicht gesagt, wer in dieser Gruppe ist. Versuch es bitte in einer Minute noch einmal.
board-too-large = Das ist mehr, als ich rechtzeitig zusammenzählen kann. Nimm eine kürzere Zeit, etwa `month`, `week` oder `today`.
board-too-long = Ich kann höchstens { $days } Tage zurückblicken. Für längere Zeiten: `/leaderboard quarter`, `year` oder `2026-11`.
board-to-come = Das kommt erst noch: { $dates }.
