"""The Rate page: a lobby inside the site, and full-screen sessions beside it."""
