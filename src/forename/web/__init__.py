"""The web application: settings, addresses, pages that join rooms, the server."""
