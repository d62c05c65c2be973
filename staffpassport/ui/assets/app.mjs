// What pages gain where a browser runs scripts. Everything works without.
import { initAll } from "nhsuk-frontend"
import "./app/narrow.mjs"
import "./app/passkeys.mjs"
import "./app/refresh.mjs"
import "./app/select-all.mjs"
import "./app/session.mjs"

initAll()
