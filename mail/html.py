def sanitise(html, cid_url): return ""
