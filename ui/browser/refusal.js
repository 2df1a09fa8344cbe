// A refusal of the server as it stands on a page: announced at once to whoever cannot see it.

import { node } from "./elements.js";
import { sentence } from "./server.js";

export const refusal = (error, tag = "p") => node(tag, { class: "rr-error", role: "alert" }, sentence(error));
