# Was denen gesagt wird, die fragen, wie es geht. Was man tippt, ist in jeder Sprache gleich.

leaderboard-help =
    {"*"}Vergib Punkte* in einem Kanal, in dem ich bin:
    • `@bob++ for das Release`, `@ann @carol ++`, `postgres++`, `"code review"++`, `:tada:++`
    • `+++` gibt 2, `++++` gibt 3, `+= 5` gibt 5; `@bob--` nimmt einen weg
    • `++ for die Anleitung` als Antwort in einem Thread dankt der Person, die ihn begonnen hat
    {"*"}Sieh nach, wer vorn liegt:* `/leaderboard`, oder `@pptbot leaderboard` für alle. Dazu, in beliebiger Reihenfolge:
    • `25` (1 bis 50 Plätze); `today`, `week`, `month`, `last week`, `season`, `2026-10`, `2026-W47`, `2026-11-20`
    • `things` oder `givers`; `bottom`; ein #kanal, oder `here` für diesen: `/leaderboard 5 givers week`
    {"*"}Sieh es als Bild:* `/leaderboard chart` für die letzten zwölf Wochen, `/leaderboard chart month` für Balken
    {"*"}Frag nach Punkten:* mit einer Nachricht, die nur `@bob==` oder `postgres==` ist
away = Ich erreiche gerade meine Datenbank nicht. Nichts ist verloren; versuch es bitte in einer Minute noch einmal.
form-unreadable = Dieses Formular konnte ich nicht lesen, also hat sich nichts geändert. Bitte öffne es noch einmal.
form-not-yours = Dieses Formular ist für Leute des Workspace, in dem ich bin, also hat sich nichts geändert.

# $word steht immer als Code da; $near ist, was vielleicht gemeint war.
unclear-try = Versuch es mit `/leaderboard`, `/leaderboard 25 week` oder `/leaderboard help`.
unclear-nothing = Das habe ich nicht verstanden.
unclear-unknown = { $word } kenne ich nicht.
unclear-near = { $word } kenne ich nicht. Meinst du `{ $near }`?
unclear-twice = { $word } steht doppelt da.
unclear-contrary = { $first } und { $word } passen nicht zusammen: Lass eins davon weg.
unclear-count = { $word } geht nicht: Ich kann 1 bis { $most } Plätze zeigen.
unclear-people = Auf der Rangliste eines Kanals stehen Personen: Lass { $word } weg oder den Kanal.
unclear-chart = Ein Diagramm zeigt die ersten Plätze, { $lines } als Linien oder { $bars } als Balken: Lass { $word } weg.
unclear-mention = { $word } zeichne ich nur mit `/leaderboard chart`. Dann siehst nur du es, und ein Button darunter zeigt es allen.
unclear-name = Ich weiß nicht, welcher Kanal { $word } ist: Wähl ihn aus der Liste von Slack.
unclear-season = Ich kenne keine Saison { $word }: `/karma seasons` listet sie auf.
unclear-first = Vor dieser Saison gab es keine andere.
