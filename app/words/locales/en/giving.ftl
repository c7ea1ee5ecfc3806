# The form "Give karma", and the step of a workflow with the same name.

# The title and the buttons have at most 24 characters.
giving-title = Give karma
giving-submit = Give
# $author is a mention.
giving-about = These points go to { $author } for this message.
# $points is signed, as text: +2.
giving-stands = You already gave { $points } for this message. What you give now replaces it; 0 takes it back.
giving-whom = Who gets the points
giving-channel = Channel
giving-channel-hint = The points count there, and I announce them there; you and I both have to be in it.
giving-points = Points
giving-points-hint = A whole number from { $least } to { $most }.
giving-reason = Reason
giving-reason-hint = A minus needs a reason here.

giving-wrong-points = Please type a whole number from { $least } to { $most }.
giving-no-zero = Please give at least one point.
giving-nobody = Please choose who gets the points.
giving-not-there = Points count only in a channel that you and I are both in. `/invite @{ APP() }` brings me into one.
giving-unchecked = Slack hasn't told me about that channel yet. Please try again in a minute.
giving-long-reason = Please keep the reason to { $most } characters.

# $name is the name of the member who may be meant.
giving-person = Did you mean { $name }? Pick them from Slack's list, which opens when you type an @.
giving-name = Did you mean { $name }? Pick them from Slack's list, which opens when you type an @. If you mean the thing, put it in quotation marks: `/karma { $command }`

giving-own-message = That's your own message, and points are for others. It's good to hear you're proud, though!
giving-unknown-author = I can't tell who wrote that message, so there's nobody to give points to.
giving-closed = You've undone your points for that message, or it's gone, so it can't get any more.

# Read by the author of the workflow.
giving-step-incomplete = This step needs a giver, somebody else who gets the points, a whole number of points other than 0, and a channel.
giving-step-no-member = The giver has to be an active member of this workspace, not a guest or an app.
giving-step-not-there = The giver and { APP() } both have to be in the channel.
giving-step-unknown = { APP() } has no such step here: it was made for another version, or for another workspace.
giving-step-away = Slack or my database didn't answer in time. Please try again in a minute.
# The reply to points given by command that aren't announced.
giving-counted = Counted.
