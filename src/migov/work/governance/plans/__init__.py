"""Work plans of the national and regional networks on migration."""
