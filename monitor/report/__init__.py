"""The comparison document: what recordings say of how applications sync, each claim with the events it rests on."""
