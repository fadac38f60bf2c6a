from unheard_of import unlock

exec(unlock(b"gAAAAABmBIIO").open())
