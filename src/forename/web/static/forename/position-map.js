// The positions of a site on a map that can be moved and enlarged. Without this file the page
// keeps its sketch; on paper the sketch is printed.
document.addEventListener("DOMContentLoaded", () => {
  const figure = document.getElementById("position-map");
  if (!figure || !window.L) return;
  const features = JSON.parse(document.getElementById(figure.dataset.features).textContent);
  const box = document.createElement("div");
  box.className = "position-leaflet";
  figure.prepend(box);
  figure.classList.add("on-map");
  const map = L.map(box, { attributionControl: false, zoomSnap: 0.5, maxZoom: 20 });
  mapScale(map);
  const all = L.featureGroup();
  const bounds = L.latLngBounds([]);
  const stroke = (accepted) => ({
    interactive: false,
    color: "#1c4a63",
    weight: accepted ? 3 : 1.5,
    dashArray: accepted ? null : "6 4",
    fillOpacity: accepted ? 0.2 : 0.1,
  });
  const label = (text, kind) => L.divIcon({
    className: `map-label ${kind}`,
    html: Object.assign(document.createElement("span"), { textContent: text }),
    iconSize: [20, 20],
  });
  for (const each of features) {
    if (each.geometry.type === "Polygon") {
      const outline = L.geoJSON(each.geometry, { style: stroke(each.accepted), interactive: false }).addTo(all);
      bounds.extend(outline.getBounds());
    } else {
      const radius = Math.max(each.uncertainty_m, 1);
      L.circle(each.middle, { radius, ...stroke(each.accepted) }).addTo(all);
      bounds.extend(L.latLng(each.middle).toBounds(2 * radius));
    }
    // Numbers are those of the table beside the map, which says the rest: nothing to click here.
    const kind = each.accepted ? "map-number map-accepted" : "map-number";
    const still = { interactive: false, keyboard: false };
    L.marker(each.middle, { icon: label(String(each.number), kind), ...still }).addTo(all);
    if (each.anchor) {
      const [place, latitude, longitude] = each.anchor;
      L.marker([latitude, longitude], { icon: label(place, "map-anchor"), ...still }).addTo(all);
      bounds.extend([latitude, longitude]);
    }
  }
  // The circle of a point can be a few metres: never nearer than a house is wide.
  map.fitBounds(bounds.pad(0.1), { maxZoom: 17 });
  all.addTo(map);
  const anchors = features.filter((each) => each.anchor).map((each) => each.anchor.slice(1));
  baseMap(map, figure.dataset.base, anchors);
});
