"""What an application is: profiles (one TOML file a site), addresses, and the reader that turns traffic into facts."""
