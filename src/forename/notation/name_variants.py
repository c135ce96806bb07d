"""Common Arabic names and how they are spelled: one line a name, its key first.

Spellings that the rules of `forename.notation.name_words` already bring together (doubled
letters, ou and u, ei and ay, q and k) need no entry of their own. The list is for finding and
ranking only: two names with one key are candidates, never the same person.
"""

from __future__ import annotations

# key: Latin spellings, then Arabic ones
NAMES = """
muhammad: Muhammad Mohammed Mohamed Mohammad Mohamad Muhammed Muhamed Mohd Mhd Mohamet محمد
ahmad: Ahmad Ahmed Ahmet Achmed احمد
mahmud: Mahmud Mahmoud Mahmood Mahmod محمود
hamid: Hamid Hamed Hameed حامد حميد
hamad: Hamad حمد
hammud: Hammoud Hamud Hammud Hamoud حمود
hammad: Hammad حماد
hasan: Hasan Hassan Hasen Hassen حسن
husayn: Husayn Hussein Hosayn Husain Hussain Hussin Husein Hossein Hussien Houssein حسين
husni: Husni Hosni Housni حسني
ali: Ali Aly علي
umar: Umar Omar Omer Oumar عمر
amr: Amr Amro Amru عمرو
ammar: Ammar Amar عمار
amir: Amir Ameer Amer عامر امير
uthman: Uthman Othman Osman Ousman Outhman عثمان
khalid: Khalid Khaled Khaleed Chalid خالد
khalil: Khalil Khaleel Khalel خليل
khalaf: Khalaf Khalef خلف
khudr: Khudr Khodr Khoder Khader Khidr Khedr Khidir خضر
yusuf: Yusuf Yousef Youssef Yousuf Yussef Yusef Yosef Youssif Yousif Joseph يوسف
yasin: Yasin Yassin Yaseen Yassine ياسين
yasir: Yasir Yasser Yaser ياسر
yahya: Yahya Yehya Yahia Yehia يحيى يحيي
yunus: Yunus Younes Younis Yunis Younus يونس
ibrahim: Ibrahim Ebrahim Ibraheem Brahim Abraham ابراهيم ابرهيم
ismail: Ismail Ismael Esmail Ismaeel Ismaiil اسماعيل اسمعيل
ishaq: Ishaq Ishak Eshaq Isaac اسحاق اسحق
idris: Idris Edris Idriss Driss ادريس
isa: Isa Issa Essa Eissa Aissa عيسى عيسي
musa: Musa Mousa Moussa Moses موسى موسي
harun: Harun Haroun Haroon هارون
dawud: Dawud Daoud Dawood Daud Dawoud Dawod David داود داوود
sulayman: Sulayman Suleiman Sulaiman Soliman Suliman Sleiman Slaiman Sliman Souleiman سليمان
salim: Salim Salem Saleem Selim سالم سليم
salama: Salama Salameh Salamah سلامه
salman: Salman Selman سلمان
salih: Salih Saleh Saleeh صالح
salah: Salah Saleah صلاح
said: Said Saeed Saeid Sayeed Saed سعيد
saad: Saad Sa'd Sad سعد
sayyid: Sayyid Sayed Sayyed Syed Seyed Sayid Saiyid سيد
samir: Samir Sameer Samer سمير سامر
sami: Sami Samy سامي
sabri: Sabri Sabry صبري
safwan: Safwan صفوان
nasir: Nasir Nasser Naser Nassir ناصر
nasr: Nasr نصر
nabil: Nabil Nabeel Nabel نبيل
najib: Najib Najeeb Nagib Naguib نجيب
naji: Naji Nagy Nagi ناجي
nizar: Nizar Nezar نزار
nidal: Nidal Nedal Nidhal نضال
anas: Anas Anass انس
anwar: Anwar Anouar انور
ayman: Ayman Aymen Eyman Aiman ايمن
adnan: Adnan Adnane عدنان
adil: Adil Adel Adeel عادل
akram: Akram Ekram اكرم
amin: Amin Ameen Amine Emin امين
asad: Asad Assad اسد
asaad: Asaad As'aad Assaad اسعد
ashraf: Ashraf Achraf اشرف
aziz: Aziz Azeez عزيز
bashar: Bashar Bachar بشار
bashir: Bashir Basheer Bechir Bachir بشير
basil: Basil Basel Bassel باسل
basim: Basim Basem Bassem باسم
bassam: Bassam Basam بسام
bilal: Bilal Belal Bilel بلال
faris: Faris Fares Faress فارس
fadi: Fadi Fady فادي
fahd: Fahd Fahad Fahed فهد
faysal: Faysal Faisal Feisal Faysel Fayssal فيصل
fawaz: Fawaz Fawwaz Fauaz فواز
fuad: Fuad Fouad Foad فؤاد فواد
firas: Firas Feras فراس
ghassan: Ghassan Gassan غسان
ghazi: Ghazi Gazi غازي
hani: Hani Hany هاني
hatim: Hatim Hatem حاتم
haytham: Haytham Haitham Hitham Haysam هيثم
hisham: Hisham Hesham Hicham هشام
husam: Husam Hussam Hosam Houssam حسام
hamza: Hamza Hamzah Hamzeh حمزه
hasna: Hasna Hasnaa حسناء حسنا
imad: Imad Emad Imaad عماد
imran: Imran Omran Emran عمران
issam: Issam Isam Essam عصام
iyad: Iyad Eyad Iad Ayad Eiad اياد
jabir: Jabir Jaber Gaber جابر
jabbar: Jabbar Jabar جبار
jafar: Jafar Ja'far Jaafar Gaafar Jafer Jaffar جعفر
jalal: Jalal Galal Jelal جلال
jamal: Jamal Gamal Jamel جمال
jamil: Jamil Jameel Gamil جميل
jasim: Jasim Jassim Jasem Jassem جاسم
qasim: Qasim Kasim Qasem Kassem Qassem Kasem Gasim قاسم
jihad: Jihad Gihad Jehad Cihad جهاد
kamal: Kamal Kemal كمال
karim: Karim Kareem Kerim كريم
kazim: Kazim Kadhim Kadhem Kazem Kathem كاظم
luay: Luay Louay Loay Lo'ay لؤي لوي
mahdi: Mahdi Mehdi مهدي
mahir: Mahir Maher ماهر
majid: Majid Majed Maged ماجد مجيد
malik: Malik Malek مالك
mansur: Mansur Mansour Mansoor منصور
marwan: Marwan Marouane Merwan مروان
mazin: Mazin Mazen مازن
mustafa: Mustafa Mostafa Moustafa Mustapha Mostapha Moustapha مصطفى مصطفي
muhsin: Muhsin Mohsen Mohsin Muhsen محسن
munir: Munir Mounir Moneer Muneer Monir منير
mundhir: Mundhir Munzer Munther Monzer Mounzer منذر
murad: Murad Mourad Morad مراد
muslim: Muslim Moslem Muslem مسلم
muayyad: Muayyad Moayad Mouayad Muayad Moayyad مؤيد مويد
mutaz: Mutaz Moataz Mo'taz Muatez Mutazz معتز
nuri: Nuri Nouri Noori نوري
nur: Nur Nour Noor نور
omayma: Umayma Omaima Omayma Oumaima اميمه
qusay: Qusay Qusai Kusay Koussay Qussay قصي
raafat: Raafat Rafat Ra'fat رافت
rami: Rami Ramy رامي
rashid: Rashid Rashed Rasheed Rachid Rached راشد رشيد
ridwan: Ridwan Radwan Redwan Rodwan Redouane رضوان
rida: Rida Reda Ridha Redha Riza Rıza رضا
riyad: Riyad Riad Riyadh Reyad Ryad رياض
saddam: Saddam Sadam صدام
shadi: Shadi Shady Chadi شادي
sharif: Sharif Shareef Cherif Charif Sherif شريف
shakir: Shakir Shaker Chaker شاكر
tahir: Tahir Taher طاهر
talal: Talal Tallal طلال
talib: Talib Taleb طالب
tariq: Tariq Tarek Tareq Tarik Tareck طارق
tawfiq: Tawfiq Tawfik Taufik Tewfik Toufic Toufik Taoufik توفيق
usama: Usama Osama Oussama Ousama Usamah اسامه
uday: Uday Oday Udai Odai Oudai عدي
wahid: Wahid Waheed وحيد
wail: Wail Wael Wa'el وائل وايل
walid: Walid Waleed Oualid الوليد وليد
wasim: Wasim Waseem Wassim وسيم
zahir: Zahir Zaher زاهر ظاهر
zakariya: Zakariya Zakaria Zakariyya Zekeriya زكريا
zayd: Zayd Zaid Zeid Zied زيد
ziyad: Ziyad Ziad Zeyad Ziyyad زياد
zuhayr: Zuhayr Zuhair Zouhair Zoheir Zoher زهير
aisha: Aisha Aysha Aicha Ayesha Aishah Eisha عائشه عايشه
amal: Amal Aamal امل امال
amina: Amina Aminah Ameena Emina Amneh Amna امينه امنه
asma: Asma Asmaa Esma اسماء اسما
fatima: Fatima Fatma Fatimah Fatemeh Fatmeh Fatme Fatimeh Fatema Fatouma فاطمه
hala: Hala Halah Haleh هاله
halima: Halima Haleema Halimah حليمه
hanan: Hanan Hanane حنان
hind: Hind Hend هند
huda: Huda Houda Hoda هدى هدي
iman: Iman Eman Imane ايمان
khadija: Khadija Khadijah Khadijeh Khadeeja Khadija خديجه
layla: Layla Leila Laila Leyla Lyla ليلى ليلي
maryam: Maryam Mariam Mariyam Meryem Miriam Maryem مريم
muna: Muna Mona Mouna منى مني
nadia: Nadia Nadya Nadiya ناديه
rania: Rania Ranya Raniya رانيا
rim: Rim Reem ريم
ruqayya: Ruqayya Ruqaya Rukaya Roqaya Rokaya رقيه
saida: Saida Saeeda Sa'ida سعيده
salma: Salma Selma سلمى سلمي
samira: Samira Sameera سميره
sana: Sana Sanaa سناء سنا
sara: Sara Sarah ساره
suad: Suad Souad Soad سعاد
wafa: Wafa Wafaa وفاء وفا
zahra: Zahra Zahraa Zahrah Zohra زهراء زهره زهرا
zaynab: Zaynab Zeinab Zainab Zeynep Zineb Zaineb زينب
ilyas: Ilyas Elias Elyas Iliyas Ilias الياس
jurj: Jurj George Georges Jorge Gerges جورج
hanna: Hanna Hana حنا
butrus: Butrus Boutros Botros Peter بطرس
bulus: Bulus Boulos Paul بولس
mikhail: Mikhail Michael Mikhael Michel ميخائيل ميشيل ميشال
khuri: Khuri Khoury Khouri Khoori خوري
haddad: Haddad Hadad حداد
najjar: Najjar Najar Naggar نجار
halabi: Halabi Halaby حلبي
hamwi: Hamwi Hamawi Hamoui حموي
shami: Shami Chami Shamy شامي
masri: Masri Masry Misri مصري
turki: Turki Turky تركي
kurdi: Kurdi Kurdy كردي
azad: Azad Azaad ازاد
ala: Ala Alaa علاء
shaykh: Shaykh Sheikh Cheikh Shekh Shaikh شيخ
bakr: Bakr Baker بكر
baghdadi: Baghdadi Bagdadi بغدادي
raqqa: Raqqa Raqqah Rakka Rakkah Raqa رقه
halab: Aleppo Halab Alep Haleb حلب
dimashq: Damascus Dimashq Dimashk Damas دمشق
hims: Homs Hims Hums حمص
hama: Hama Hamah حماه
idlib: Idlib Idleb Edlib ادلب
daraa: Daraa Dara'a Deraa Dar'a درعا
hasaka: Hasaka Hasakah Hasakeh Hassakeh Hassaka حسكه
tabqa: Tabqa Tabqah Tabka Taqba طبقه
tartus: Tartus Tartous طرطوس
ladhiqiya: Latakia Ladhiqiyah Lattakia لاذقيه
suwayda: Suwayda Sweida Suweida Sweda سويداء سويدا
tadmur: Tadmur Tadmor Palmyra تدمر
manbij: Manbij Menbij Minbij Membij منبج
kobani: Kobani Kobane Kobanî كوباني
"""

# The second part of names that begin with Abd: key: Latin spellings, then Arabic ones
AFTER_ABD = """
allah: Allah Alla Ullah الله
rahman: Rahman Rahmane Rehman رحمن رحمان
rahim: Rahim Raheem رحيم
qadir: Qadir Qader Kader Kadir قادر
karim: Karim Kareem Kerim كريم
latif: Latif Lateef لطيف
salam: Salam Selam سلام
nasir: Nasir Nasser Naser ناصر
razzaq: Razzaq Razzak Razak Razaq رزاق
majid: Majid Majeed Meguid مجيد ماجد
hamid: Hamid Hameed حميد
hakim: Hakim Hakeem حكيم
aziz: Aziz Azeez عزيز
jabbar: Jabbar Jabar Gabbar جبار
wahhab: Wahhab Wahab وهاب
basit: Basit Baset Bassit باسط
hadi: Hadi Hady هادي
halim: Halim Haleem حليم
khaliq: Khaliq Khalek Khaleq خالق
malik: Malik Malek مالك
muhsin: Muhsin Mohsen محسن
munim: Munim Moneim Monem Menem منعم
nur: Nur Nour نور
rauf: Rauf Raouf Raoof رؤوف روف رووف
samad: Samad صمد
sattar: Sattar Satar ستار
shakur: Shakur Shakour شكور
wahid: Wahid Wahed واحد
ghafur: Ghafur Ghafour Ghafoor غفور
ghaffar: Ghaffar Ghafar غفار
ghani: Ghani Ghany غني
jalil: Jalil Jaleel Galil جليل
hafiz: Hafiz Hafez Hafeez حافظ حفيظ
hayy: Hayy Hai حي
fattah: Fattah Fatah فتاح
mawla: Mawla Maoula مولى مولي
ilah: Ilah Elah اله
nabi: Nabi Naby نبي
rabbu: Rabbo Rabbu Rabo ربه
rasul: Rasul Rasoul Rasool رسول
amir: Amir Ameer امير
husayn: Husayn Hussein حسين
zahra: Zahra Zahraa زهره زهراء
mahdi: Mahdi Mehdi مهدي
mutallib: Mutallib Muttalib Motaleb مطلب
qahhar: Qahhar Kahar قهار
tawwab: Tawwab Tawab تواب
sami: Sami سميع سامي
wadud: Wadud Wadoud ودود
"""

# First parts of names that end in al-Din (of the faith) and in Allah
BEFORE_DIN = """
nur: Nur Nour Noor نور
salah: Salah Sala صلاح
sayf: Sayf Saif Seif سيف
imad: Imad Emad عماد
ala: Ala Alaa علاء
izz: Izz Ezz عز
shams: Shams Chams شمس
jamal: Jamal Gamal Jamel جمال
jalal: Jalal Jalel جلال
muhyi: Muhyi Mohy Mohi Muhi Mouhi محيي محي
badr: Badr Bader بدر
taj: Taj Taje تاج
husam: Husam Hussam Houssam حسام
baha: Baha Bahaa بهاء
sharaf: Sharaf Charaf شرف
najm: Najm Nejm نجم
fakhr: Fakhr Fakher فخر
diya: Diya Dia Diaa ضياء
khayr: Khayr Khair Kheir خير
zayn: Zayn Zain Zein زين
shihab: Shihab Shehab Chihab شهاب
"""

BEFORE_ALLAH = """
nasr: Nasr نصر
khayr: Khayr Khair Kheir خير
saad: Saad Sad سعد
ata: Ata Atta عطا عطاء
fadl: Fadl فضل
habib: Habib حبيب
rizq: Rizq Rizk رزق
hamd: Hamd حمد
jad: Jad Jadd جاد
dayf: Dayf Daif ضيف
awn: Awn Aoun عون
amr: Amr امر
"""

# First words of a name that belong to the word after them
ABU = frozenset({"abu", "abi", "aba", "abo", "abou", "bou", "ابو", "ابي", "ابا"})
UMM = frozenset({"um", "umm", "om", "oum", "ام"})
BIN = frozenset({"bin", "ibn", "ben", "bint", "بن", "ابن", "بنت"})
ABD = frozenset(
    "abd abdul abdel abdal abdil abdur abder abdar abdus abdes abdas abdun abden abdan "
    "abdoul abdou abdol عبد".split()
)
ARTICLES = frozenset({"al", "el", "ul", "il"})
# After a hyphen also the article as it sounds before n, r, s, sh, t, d, z
SOUNDED_ARTICLES = ARTICLES | frozenset(
    "an ar as ash at ad adh az ath en er es ech esh et ed ez ur us un ud ush".split()
)
FAITH = frozenset({"din", "deen", "dine", "eddine", "eddin", "uddin", "دين"})
