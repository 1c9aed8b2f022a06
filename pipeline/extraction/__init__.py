"""From files to tables: inputs, watched workers, runs that resume, clusters."""
