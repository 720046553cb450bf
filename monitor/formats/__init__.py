"""What the messages of an application look like: types, fields, periods and triggers, out of decoded events; pure."""
