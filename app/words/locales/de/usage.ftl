# Was denen gesagt wird, die fragen, wie es geht. Was man tippt, ist in jeder Sprache gleich.

leaderboard-help =
    {"*"}Gib Punkte* in einem Channel, in dem ich bin:
    • `@bob++ für das Release`, `@ann @carol ++`, `postgres++`, `"code review"++`, `:tada:++`
    • `+++` gibt 2, `++++` gibt 3, `+= 5` gibt 5; `@bob--` nimmt einen weg
    • `++ für die Anleitung` in einem Thread dankt der Person, die ihn begonnen hat
    • Nichts passiert? Das `++` steht direkt hinter dem Namen, in einem Channel, in dem ich bin. Wenn eine Regel dagegenspricht, sage ich es nur dir.
# $boards ist `everyone` oder, wo alle nur ihren eigenen Platz sehen, `own`.
leaderboard-help-boards =
    {"*"}Sieh nach, wer vorn liegt:* `/leaderboard`{ $boards ->
        [everyone] , oder `@{ APP() } leaderboard` für alle
       *[own] {""}
      }. Dazu, in beliebiger Reihenfolge:
    • `25` (1 bis 50 Plätze); `today`, `week`, `month`, `last week`, `season`, `quarter`, `2026`, `2026-10`, `KW 47`, `2026-11-20`, `last 30 days`
    • `things` oder `givers`; `bottom`; ein #channel oder eine @gruppe, oder `here`: `/leaderboard 5 givers week`
    {"*"}Sieh es als Bild:* { $boards ->
        [everyone] `/leaderboard chart` für die letzten Wochen, `/leaderboard chart month` für Balken
       *[own] `/leaderboard chart things` für die letzten Wochen, `/leaderboard chart things month` für Balken
      }
    {"*"}Frag nach Punkten:* mit einer Nachricht, in der nur { $boards ->
        [everyone] `@bob==` oder `postgres==`
       *[own] `postgres==`
      } steht
away = Ich erreiche gerade meine Datenbank nicht. Nichts ist verloren; versuch es bitte in einer Minute noch einmal.
form-title = Karma
form-unreadable = Dieses Formular konnte ich nicht lesen, also hat sich nichts geändert. Bitte öffne es noch einmal.
form-not-yours = Dieses Formular ist nur für Mitglieder des Workspace, in dem ich bin, also hat sich nichts geändert.

# $word steht immer als Code da; $near ist, was vielleicht gemeint war.
unclear-try = Versuch es mit `/leaderboard`, `/leaderboard 25 week` oder `/leaderboard help`.
unclear-nothing = Das habe ich leider nicht verstanden.
unclear-unknown = { $word } kenne ich nicht.
unclear-near = { $word } kenne ich nicht. Meinst du `{ $near }`?
unclear-twice = { $word } steht doppelt da.
unclear-contrary = { $first } und { $word } passen nicht zusammen. Lass eins davon weg.
unclear-count = Ich kann 1 bis { $most } Plätze zeigen, darum geht { $word } nicht.
unclear-people = Auf der Rangliste eines Channels stehen Leute. Lass { $word } weg oder den Channel.
unclear-chart = Ein Diagramm zeigt die ersten Plätze, bis zu { $lines } als Linien oder { $bars } als Balken. Lass { $word } weg.
unclear-mention = Ein { $word } zeichne ich, wenn du `/leaderboard chart` tippst. Du siehst es zuerst, und ein Button zeigt es allen.
unclear-name = Ich weiß nicht, welcher Channel { $word } ist. Wähl ihn aus der Liste von Slack.
unclear-season = Eine Saison { $word } gibt es nicht. `/karma seasons` listet alle auf.
unclear-first = Vor dieser Saison gab es keine andere.
unclear-own = `/karma` zeigt deine eigenen Punkte. `/karma @bob` zeigt die von jemand anderem.
# $mention ist typed, wo kein Name aus der Liste von Slack gewählt wurde: Es kann der einer Gruppe sein.
unclear-person = `/karma @bob` zeigt die Punkte einer Person.{ $mention ->
    [typed] {" "}Für die Rangliste einer Gruppe wähl die Gruppe aus der Liste von Slack.
   *[picked] {""}
  }
unclear-group = Die Rangliste einer Gruppe ist für Leute. Lass { $word } weg oder die Gruppe.
unclear-period = { $word } gibt es im Kalender nicht.
unclear-week = KW { $week }
unclear-since = Diesen Tag kenne ich nicht. Schreib ihn wie 2026-09-01, oder versuch es mit `/leaderboard last 30 days`.
# $command ist, was auf `/karma` folgt.
unclear-command = Dafür gibt es `/karma { $command }`.
unclear-thanks = Gern geschehen!
