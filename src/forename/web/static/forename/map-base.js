// The scale of a map in the reader's letters.
const mapScale = (map) => {
  const arabic = document.documentElement.lang.startsWith("ar");
  const Scale = L.Control.Scale.extend({
    _updateScale(scale, text, ratio) {
      const said = arabic ? text.replace("km", "كم").replace("m", "م") : text;
      L.Control.Scale.prototype._updateScale.call(this, scale, said, ratio);
    },
  });
  new Scale({ imperial: false }).addTo(map);
};
// The ground under every map: countries, governorates, names of places. Nothing of it can be
// clicked, and a map stands without it.
const baseMap = (() => {
  const ground = {
    country: { color: "#77715f", weight: 1.2, fillColor: "#f6f3e9", fillOpacity: 1 },
    governorates: { color: "#a59e8a", weight: 1, dashArray: "3 4", fill: false },
  };
  // From which zoom on names of each rank stand: countries, seats of governorates, other places.
  const from = [5, 6, 9];
  const until = [7, 20, 20];
  const boxOf = (map, place) => {
    const at = map.latLngToContainerPoint([place[2], place[3]]);
    const wide = 7 * Math.max(place[0].length, 4);
    return [at.x - wide / 2, at.y - 11, at.x + wide / 2, at.y + 11];
  };
  const covers = (one, other) =>
    one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
  const names = (map, places, named) => {
    const arabic = document.documentElement.lang.startsWith("ar");
    map.createPane("names").setAttribute("aria-hidden", "true");
    map.getPane("names").style.zIndex = 350;
    map.getPane("names").style.pointerEvents = "none";
    const shown = L.layerGroup().addTo(map);
    const draw = () => {
      shown.clearLayers();
      const taken = named.map(([latitude, longitude]) => boxOf(map, ["", "", latitude, longitude]));
      const zoom = map.getZoom();
      for (const place of places) {
        const [name, nameAr, latitude, longitude, rank] = place;
        if (zoom < from[rank] || zoom > until[rank]) continue;
        if (!map.getBounds().contains([latitude, longitude])) continue;
        const box = boxOf(map, place);
        if (taken.some((each) => covers(each, box))) continue;
        taken.push(box);
        const text = Object.assign(document.createElement("span"), {
          textContent: arabic && nameAr ? nameAr : name,
        });
        L.marker([latitude, longitude], {
          interactive: false,
          keyboard: false,
          pane: "names",
          icon: L.divIcon({ className: `place-name place-${rank}`, html: text, iconSize: [0, 0] }),
        }).addTo(shown);
      }
    };
    map.on("moveend", draw);
    draw();
  };
  // `named` are points that the map itself writes a name to: no second one stands there.
  return (map, address, named = []) => {
    if (!address) return Promise.resolve();
    map.createPane("ground").style.zIndex = 150;
    return fetch(address).then((answer) => answer.json()).then((land) => {
      L.geoJSON(land, {
        interactive: false,
        pane: "ground",
        style: (feature) => ground[feature.properties.kind],
      }).addTo(map);
      names(map, land.places, named);
    }).catch(() => {});
  };
})();
