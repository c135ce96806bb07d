"""Where the graves are: sites, their ladder to excavation, graves and contexts."""
