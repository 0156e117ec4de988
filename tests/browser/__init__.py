"""The pages in Chromium. A package, so that its browser ends with it: asyncio cannot run beside Playwright's loop."""
