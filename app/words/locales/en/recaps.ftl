# The recap: a post about a week or a month.

# $dates is a month, or the days of a week.
recap-title = Karma, { $dates }
recap-receivers = {"*"}Most points:* { $names }
recap-givers = {"*"}Gave most:* { $names }
recap-leader = { $name } ({ $count })
# Somebody who was also first in the week or month before.
recap-leader-again = { $name } once more ({ $count })
recap-quotes = {"*"}Reasons:*
# $reason is in quotation marks.
recap-quote = • { $name }: { $reason } · { $giver }
recap-newcomers = {"*"}First point ever:* { $names }
recap-more = more
recap-milestone = { $name } has reached { $count } points :tada:
recap-public = Counted in public channels. Admins can change this post: {"*"}Recap* in `/karma settings`.

# The preview for admins. The titles have at most 24 characters.
recap-preview = See a recap first
recap-preview-title = A recap
recap-previewed = { $some ->
    [some] This is what I post in { $channel }. Only you see it now.
   *[none] This is what a recap looks like. Choose in the settings where I post it; only you see it now.
  }
recap-nothing = Nobody got a point in a public channel lately, so there's nothing to post.
recap-wait = I'm putting it together; a few more seconds.
