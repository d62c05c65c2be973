// Builds the stylesheet, the script and the icons into ../static/ui. Run at set-up: node staffpassport/ui/assets/build.mjs
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { gzipSync } from "node:zlib"

const here = dirname(fileURLToPath(import.meta.url))
const target = join(here, "..", "static", "ui")
const modules = join(here, "..", "..", "..", "node_modules")
const nhs = join(modules, "nhsuk-frontend", "dist", "nhsuk")
const sass = createRequire(pathToFileURL(join(modules, "sass", "package.json")))("sass")

rmSync(target, { recursive: true, force: true })
mkdirSync(join(target, "images"), { recursive: true })

const { css } = sass.compile(join(here, "app.scss"), {
  loadPaths: [modules],
  style: "compressed",
  quietDeps: true
})
writeFileSync(join(target, "app.css"), css)
for (const [, image] of css.matchAll(/url\("?images\/([\w-]+\.svg)"?\)/g)) {
  cpSync(join(nhs, "assets", "images", image), join(target, "images", image))
}

// One file, one request: the NHS module inside a function that hands out what ours asks for, our parts in blocks.
const library = readFileSync(join(nhs, "nhsuk-frontend.min.js"), "utf8")
const [exported] = library.match(/export\{[^}]*\};?/)
const body = library.slice(0, library.indexOf(exported))
const ours = readFileSync(join(here, "app.mjs"), "utf8")
  .replace(/^import "(\.\/app\/[\w-]+\.mjs)"$/gm, (_, part) => `{\n${readFileSync(join(here, part), "utf8")}}`)
  .replace(/^import (\{[^}]*\}) from "nhsuk-frontend"$/m, (_, names) => `const ${names} = (() => {${body}\nreturn ${names}})()`)
writeFileSync(join(target, "app.js"), ours)

cpSync(join(here, "favicon.svg"), join(target, "favicon.svg"))

// Served in place of the whole ones, in practice mode too, which collects no files.
for (const name of ["app.css", "app.js"]) {
  writeFileSync(join(target, `${name}.gz`), gzipSync(readFileSync(join(target, name)), { level: 9 }))
}
