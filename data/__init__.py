"""Labelled images: manifests, public sets, drawn screens, forgeries and the channels that files travel."""
