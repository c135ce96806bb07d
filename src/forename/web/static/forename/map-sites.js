// The map of all sites: what lies in view is asked for as the map moves. Without this file the
// list beneath says the same.
document.addEventListener("DOMContentLoaded", () => {
  const figure = document.getElementById("sites-map");
  if (!figure || !window.L) return;
  const said = figure.dataset;
  const box = document.createElement("div");
  box.className = "sites-leaflet";
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", said.label);
  figure.prepend(box);
  const map = L.map(box, { attributionControl: false, zoomControl: false, maxZoom: 18 });
  L.control.zoom({ zoomInTitle: said.nearer, zoomOutTitle: said.farther }).addTo(map);
  mapScale(map);
  const [west, south, east, north] = said.box.split(",").map(Number);
  const everything = L.latLngBounds([south, west], [north, east]);
  map.fitBounds(everything.pad(0.1), { maxZoom: 13 });
  baseMap(map, said.base);
  // What is drawn, by what was answered: what is answered again stays, and keeps the focus.
  const drawn = new Map();
  const element = (name, text, values = {}) =>
    Object.assign(document.createElement(name), { textContent: text, ...values });
  const drawing = (kind, size) => {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("class", `map-mark mark-${kind}`);
    svg.setAttribute("width", size);
    svg.setAttribute("height", size);
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS(space, "use");
    use.setAttribute("href", `#mark-${kind}`);
    svg.append(use);
    return svg;
  };
  const area = (group, position, accepted, shown) => {
    const style = {
      interactive: false,
      color: "#1c4a63",
      weight: accepted ? 2 : 1.5,
      dashArray: accepted ? null : "6 4",
      fillOpacity: shown ? 0.12 : 0,
    };
    if (position.outline) {
      L.geoJSON({ type: "Polygon", coordinates: position.outline }, { style, ...style })
        .addTo(group);
    } else if (position.radius_m) {
      L.circle(position.at, { radius: position.radius_m, ...style }).addTo(group);
    }
    return style;
  };
  const line = (site) => {
    const link = element("a", "", { href: site.address });
    link.append(element("bdi", site.code, { dir: "ltr" }), " ", element("bdi", site.name));
    return link;
  };
  const about = (site) => {
    const text = document.createElement("div");
    text.dir = document.documentElement.dir;
    const first = document.createElement("p");
    first.append(line(site));
    text.append(
      first, element("p", `${site.status_label} · ${site.said}`), element("p", site.within),
    );
    if (site.others.length) {
      text.append(element("p", `${said.others}: ${site.others.length}`));
    }
    return text;
  };
  const crowd = (cluster) => {
    const text = document.createElement("ul");
    text.dir = document.documentElement.dir;
    for (const site of cluster.members) {
      const item = document.createElement("li");
      item.append(line(site), ` · ${site.status_label}`);
      text.append(item);
    }
    const left = cluster.count - cluster.members.length;
    if (left) text.append(element("li", `${left} · ${said.more}`));
    return text;
  };
  const drawSite = (site) => {
    const group = L.layerGroup();
    area(group, site.position, site.accepted, true);
    for (const other of site.others) {
      const style = area(group, other, false, false);
      const thin = { ...style, weight: 1, dashArray: "1 5" };
      L.polyline([site.position.at, other.at], thin).addTo(group);
      L.circleMarker(other.at, { ...style, radius: 3, dashArray: null, fillOpacity: 0.6 })
        .addTo(group);
    }
    const face = document.createElement("span");
    face.append(drawing(site.status, 26));
    if (site.disputed) face.append(drawing("disputed", 13));
    const name = `${site.code} ${site.name}: ${site.status_label}, ${site.said}, ${site.within}`;
    L.marker(site.position.at, {
      title: name,
      alt: name,
      icon: L.divIcon({ className: "site-mark", html: face, iconSize: [28, 28] }),
    }).bindPopup(about(site)).addTo(group);
    return group;
  };
  const drawCrowd = (cluster) => {
    const group = L.layerGroup();
    const name = `${cluster.count} ${said.crowd}`;
    const mark = L.marker(cluster.at, {
      title: name,
      alt: name,
      icon: L.divIcon({
        className: "crowd",
        html: element("span", String(cluster.count)),
        iconSize: [36, 28],
      }),
    }).addTo(group);
    const [w, s, e, n] = cluster.box;
    if (cluster.members.length) mark.bindPopup(crowd(cluster));
    else mark.on("click", () => map.fitBounds([[s, w], [n, e]], { padding: [40, 40] }));
    return group;
  };
  const show = (answer) => {
    const wanted = new Map([
      ...answer.sites.map((each) => [JSON.stringify(each), () => drawSite(each)]),
      ...answer.clusters.map((each) => [JSON.stringify(each), () => drawCrowd(each)]),
    ]);
    for (const [key, group] of drawn) {
      if (!wanted.has(key)) {
        group.remove();
        drawn.delete(key);
      }
    }
    for (const [key, draw] of wanted) {
      if (!drawn.has(key)) drawn.set(key, draw().addTo(map));
    }
  };
  // Asked for are whole squares around what is seen, so that a small step asks nothing anew.
  const SQUARE = 512;
  const inSight = () => {
    const zoom = map.getZoom();
    const seen = map.getBounds();
    const first = map.project(seen.getNorthWest(), zoom).divideBy(SQUARE).floor();
    const last = map.project(seen.getSouthEast(), zoom).divideBy(SQUARE).ceil();
    const corner = (point) => map.unproject(point.multiplyBy(SQUARE), zoom);
    const [northWest, southEast] = [corner(first), corner(last)];
    return [northWest.lng, southEast.lat, southEast.lng, northWest.lat]
      .map((each) => each.toFixed(5)).join(",");
  };
  let asking = null;
  let asked = "";
  const ask = () => {
    const address = new URL(said.sites, window.location.href);
    address.searchParams.set("within", inSight());
    address.searchParams.set("zoom", map.getZoom());
    if (asked === address.href) return;
    asked = address.href;
    if (asking) asking.abort();
    asking = new AbortController();
    fetch(address, { signal: asking.signal })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))))
      .then(show)
      .catch((error) => {
        if (error.name === "AbortError") return;
        asked = "";
        if (!figure.querySelector("[role=alert]")) {
          figure.append(element("p", said.failed, { role: "alert" }));
        }
      });
  };
  map.on("moveend", ask);
  ask();
});
