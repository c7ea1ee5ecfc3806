# Was jemand, der Punkte bekommen hat, in einer Direktnachricht erfährt, und was die App zu eigenen sagt.
# $because ist das getippte Wort, wie in votes.ftl.

notice = { $who } hat dir { points-boosted } gegeben
notice-for = { notice }{ $because ->
    [weil] , weil
    [denn] , denn
   *[other] {" "}{ $because }
  } { $reason }
notice-in = { $told } · in { $channel }
notice-private = { $told } · in einem geschlossenen Channel
notice-somebody = Jemand

digest = Am { $day } hast du { points } bekommen:
digest-vote = • { $who }: { points-boosted }

thanks-kind = Danke, das ist lieb von dir!
thanks-gladly = Immer gern. Das Zählen macht mir Spaß.
thanks-day = Damit hast du mir den Tag gerettet. Danke!
thanks-points = Danke! Sogar ich bekomme Punkte, was für ein Tag.
thanks-minus = In Ordnung. Ich bleibe dran.

notice-by-workflow = { $who } (über einen Workflow)
# $told ist eine der Nachrichten oben.
notice-first =
    { $told }
    { notice-first-point }
notice-first-point =
    { $count ->
        [one] Das ist dein erster Punkt hier
       *[other] Das sind deine ersten Punkte hier
    } :tada: Gib gern einen weiter: Schreib `@name++` in einem Channel, in dem ich bin. Wenn du lieber nicht mitmachen willst, tippe `/karma opt-out`.
