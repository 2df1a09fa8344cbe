// How figures are written; what there is none of is a dash.

export const figure = (value, decimals) => {
  if (value == null) return "–";
  return decimals == null || typeof value === "string" ? String(value) : value.toFixed(decimals);
};

export const signed = (value, decimals) =>
  value == null ? "–" : (value >= 0 ? "+" : "−") + Math.abs(value).toFixed(decimals);
