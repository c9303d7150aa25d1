"use strict";

SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#referencia",
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "list",
  filter: true,
  validatorUrl: null,
});
